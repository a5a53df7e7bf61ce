"""A customer's own requests."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from libin.customers import actions as customers
from libin.customers.queries import Visitor
from libin.desk.queries import attachment_seen_by
from libin.kernel import clock, files
from libin.portal.requests.forms import PreferencesForm, ReplyForm
from libin.portal.requests.pages import RequestPage, her_case, requests_page
from libin.portal.requests.pages import request_page as page_of
from libin.portal.requests.replying import say
from libin.portal.shell import limits
from libin.portal.shell.channels import portal_channel
from libin.portal.shell.tickets import new_ticket, read_ticket
from libin.portal.shell.uploads import LARGEST_REQUEST
from libin.portal.shell.visits import signed_in

MOST_PAGES = 1000
YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationPage:
    """One request with the form to go on."""

    request: RequestPage
    form: ReplyForm
    ticket: str


@require_safe
@signed_in
def requests(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """My requests, the latest first."""
    wanted = request.GET.get("page", "1")
    number = min(max(int(wanted), 1), MOST_PAGES) if wanted.isdecimal() and len(wanted) < 6 else 1
    page = requests_page(visitor, page=number, at=clock.now())
    return render(request, "portal/requests.html", {"page": page})


@require_safe
@signed_in
def request_page(request: HttpRequest, visitor: Visitor, number: int) -> HttpResponse:
    """One request: where it stands, what was promised and said."""
    at = clock.now()
    return _conversation(request, visitor, number, ReplyForm(label_suffix=""), new_ticket(at))


def _conversation(
    request: HttpRequest,
    visitor: Visitor,
    number: int,
    form: ReplyForm,
    ticket: str,
    status: int = 200,
) -> HttpResponse:
    shown = page_of(visitor, number, at=clock.now())
    page = ConversationPage(request=shown, form=form, ticket=ticket)
    return render(request, "portal/request.html", {"page": page, "form": form}, status=status)


@require_POST
@signed_in
def reply(request: HttpRequest, visitor: Visitor, number: int) -> HttpResponse:
    """Say more; on a request that was at its end this begins it anew."""
    at = clock.now()
    view = her_case(visitor, number)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REQUEST:
        return render(request, "portal/too_large.html", status=413)
    form = ReplyForm(request.POST, request.FILES, label_suffix="")
    ticket = read_ticket(request.POST.get("ticket", ""), at=at)
    valid = form.is_valid()
    if ticket is None:
        form.add_error(None, _("Please look over what you wrote, and send it once more."))
        return _conversation(request, visitor, number, form, new_ticket(at), 422)
    if not valid:
        return _conversation(request, visitor, number, form, request.POST["ticket"], 422)
    if wait := limits.wait_for(limits.REPLY_BY_CUSTOMER, visitor.actor.ref, at=at):
        return limits.slow_down(request, wait)
    case_id = say(
        visitor,
        view=view,
        key=ticket.key,
        text=form.cleaned_data["message"],
        files=form.cleaned_data["attachments"],
        channel=portal_channel(view.handbook),
        language=get_language() or "",
        at=at,
    )
    messages.success(request, _("Your message has arrived."))
    return redirect("portal:request", number=case_id)


@require_safe
@signed_in
def download(request: HttpRequest, visitor: Visitor, key: str) -> HttpResponse:
    """A file of her own conversation; always a download, never shown by the browser."""
    found = attachment_seen_by(visitor.actor, key)
    response = HttpResponse(files.read(found.file), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, found.name)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def preferences(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Language, and how she is addressed."""
    if request.method != "POST":
        given = {
            "language": visitor.language or get_language(),
            "form_of_address": visitor.form_of_address,
        }
        return render(request, "portal/preferences.html", {"form": PreferencesForm(initial=given)})
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/preferences.html", {"form": form}, status=422)
    customers.change_customer(
        customer_id=visitor.customer_id,
        change=customers.ProfileChange(**form.cleaned_data),
        by=visitor.actor,
        at=clock.now(),
    )
    messages.success(request, _("Saved."))
    response = redirect("portal:preferences")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        form.cleaned_data["language"],
        max_age=YEAR_SECONDS,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure(),
    )
    return response
