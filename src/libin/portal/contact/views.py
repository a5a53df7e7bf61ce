"""The form, and the page that says what happens next."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from libin.customers.queries import Visitor
from libin.handbook import queries as handbook
from libin.handbook.rules import Handbook
from libin.kernel import clock
from libin.portal.contact.forms import ContactForm
from libin.portal.contact.posting import Written, post
from libin.portal.contact.promised import Promised, promised_to_anybody, promised_to_her
from libin.portal.shell import limits
from libin.portal.shell.channels import form_channel
from libin.portal.shell.tickets import new_ticket, read_ticket
from libin.portal.shell.uploads import LARGEST_REQUEST
from libin.portal.shell.visits import address_of, public, visitor_of

_RECEIPT = "libin.portal.receipt"
_RECEIPT_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """The form with its ticket; `visitor` is filled for a signed-in customer."""

    form: ContactForm
    ticket: str
    visitor: Visitor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedPage:
    """What happens next with a request that arrived."""

    number: str
    promised: Promised
    hers: bool


@require_http_methods(["GET", "HEAD", "POST"])
@public
def write(request: HttpRequest) -> HttpResponse:
    """Write to us. Posting the same form again leads to the same request."""
    at = clock.now()
    visitor = visitor_of(request, at=at)
    book = handbook.in_force(at)
    if request.method != "POST":
        return _shown(request, _form(visitor, book), new_ticket(at), visitor)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REQUEST:
        return render(request, "portal/too_large.html", status=413)
    form = _form(visitor, book, request)
    ticket = read_ticket(request.POST.get("ticket", ""), at=at)
    valid = form.is_valid()
    if ticket is None or ticket.too_fast(at):
        form.add_error(None, _("Please look over what you wrote, and send it once more."))
        fresh = request.POST.get("ticket", "") if ticket else new_ticket(at)
        return _shown(request, form, fresh, visitor, 422)
    if not valid:
        return _shown(request, form, request.POST["ticket"], visitor, 422)
    written = _written(form, ticket.key, book)
    wait = limits.wait_for(limits.FORM_BY_NETWORK, address_of(request), at=at)
    if visitor is None:
        wait = max(wait, limits.wait_for(limits.FORM_BY_ADDRESS, written.email, at=at))
    if wait:
        return limits.slow_down(request, wait)
    case_id = post(written, visitor, channel=form_channel(book), at=at)
    return redirect("portal:received", receipt=_receipt(case_id, written, at))


def _form(
    visitor: Visitor | None, book: Handbook, request: HttpRequest | None = None
) -> ContactForm:
    language = get_language() or ""
    kinds = [(kind.code, kind.title.in_(language)) for kind in book.kinds.values() if kind.on_form]
    data = (request.POST, request.FILES) if request else ()
    return ContactForm(*data, kinds=kinds, known=visitor is not None, label_suffix="")


def _shown(
    request: HttpRequest, form: ContactForm, ticket: str, visitor: Visitor | None, status: int = 200
) -> HttpResponse:
    page = FormPage(form=form, ticket=ticket, visitor=visitor)
    return render(request, "portal/write.html", {"page": page, "form": form}, status=status)


def _written(form: ContactForm, key: str, book: Handbook) -> Written:
    said = form.cleaned_data
    words = f"{said['subject']}\n{said['message']}"
    return Written(
        key=key,
        name=said.get("name", ""),
        email=said.get("email", ""),
        kind=said["kind"],
        severity=book.severity_by_words(words, kind=said["kind"]).code,
        subject=said["subject"],
        message=said["message"],
        files=said["attachments"],
        language=get_language() or "",
    )


def _receipt(case_id: int, written: Written, at: datetime) -> str:
    said = {"case": case_id, "kind": written.kind, "words": written.severity}
    return signing.dumps(said | {"at": at.timestamp()}, salt=_RECEIPT)


@require_safe
@public
def received(request: HttpRequest, receipt: str) -> HttpResponse:
    """The number, who looks after it, and by when.

    A stranger is told what everybody is promised: the tier and the person of the customer whose address
    was entered are nobody else's business.
    """
    at = clock.now()
    try:
        said = signing.loads(receipt, salt=_RECEIPT, max_age=_RECEIPT_SECONDS)
    except signing.BadSignature:
        return redirect("portal:home")
    visitor = visitor_of(request, at=at)
    hers = None
    if visitor is not None:
        hers = promised_to_her(visitor.actor, said["case"])
    posted_at = datetime.fromtimestamp(said["at"], tz=UTC)
    page = ReceivedPage(
        number=f"{said['case']:06d}",
        promised=hers or promised_to_anybody(said["kind"], said["words"], at=posted_at),
        hers=hers is not None,
    )
    return render(request, "portal/received.html", {"page": page})
