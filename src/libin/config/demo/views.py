"""A customer's mailbox, only in the demo: write to the service centre, read what it answers."""

import smtplib
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from libin.config.demo.models import ReceivedMail
from libin.config.demo.reading import Letter, opened
from libin.customers.models import ContactPoint
from libin.kernel.errors import NotFound
from libin.web.dressing import dress

SHOWN = 30


class LetterForm(forms.Form):
    """What a customer writes."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    text = forms.CharField(
        label=_("Message"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8})
    )
    reply_to = forms.CharField(required=False, widget=forms.HiddenInput, max_length=400)
    in_reply_to = forms.CharField(required=False, widget=forms.HiddenInput, max_length=400)
    references = forms.CharField(required=False, widget=forms.HiddenInput, max_length=4000)


@dataclass(frozen=True, slots=True)
class Owner:
    """A customer of the demo and her address."""

    email: str
    name: str
    tier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxPage:
    """The mailbox of one customer."""

    owner: Owner
    letters: tuple[Letter, ...]
    open_letter: Letter | None
    form: LetterForm


@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Choose whose mailbox to open."""
    points = (
        ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL)
        .select_related("customer")
        .order_by("pk")[:60]
    )
    owners = [Owner(point.email, point.customer.name, point.customer.tier) for point in points]
    return render(request, "demo/choose.html", {"owners": owners})


@require_http_methods(["GET", "POST"])
def mailbox(request: HttpRequest, email: str) -> HttpResponse:
    """Read and write as one customer."""
    owner = _owner(email)
    letters = tuple(
        opened(mail)
        for mail in ReceivedMail.objects.filter(recipients__contains=[email]).order_by("-pk")[
            :SHOWN
        ]
    )
    chosen = request.GET.get("mail", "")
    letter = next((each for each in letters if str(each.id) == chosen), None)
    if letter is not None:
        ReceivedMail.objects.filter(pk=letter.id).update(read=True)
    form = LetterForm(request.POST or None, initial=_answer_to(letter))
    dress(form)
    if request.method == "POST" and form.is_valid():
        if _sent(owner, form.cleaned_data):
            messages.success(request, gettext("Your mail was handed to the service centre."))
            return HttpResponseRedirect(reverse("demo:mailbox", args=[email]))
        form.add_error(
            None,
            gettext("The service centre's mail server does not answer. Is the worker running?"),
        )
    page = MailboxPage(owner=owner, letters=letters, open_letter=letter, form=form)
    return render(request, "demo/mailbox.html", {"page": page}, status=422 if form.errors else 200)


def _owner(email: str) -> Owner:
    point = (
        ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL, email=email)
        .select_related("customer")
        .first()
    )
    if point is None:
        raise NotFound
    return Owner(point.email, point.customer.name, point.customer.tier)


def _answer_to(letter: Letter | None) -> dict[str, str]:
    if letter is None:
        return {}
    subject = (
        letter.subject if letter.subject.lower().startswith("re:") else f"Re: {letter.subject}"
    )
    return {
        "subject": subject,
        "reply_to": letter.reply_to,
        "in_reply_to": letter.message_id,
        "references": letter.references,
    }


def _sent(owner: Owner, said: dict[str, str]) -> bool:
    """Send through the real SMTP listener, as any mail program would; whether it was taken."""
    user, _at, domain = owner.email.rpartition("@")
    message = EmailMessage()
    message["From"] = Address(owner.name, user, domain)
    message["To"] = said["reply_to"] or settings.LIBIN_MAIL_FROM
    message["Subject"] = said["subject"]
    message["Message-ID"] = make_msgid(domain=domain)
    message["Date"] = formatdate()
    if said["in_reply_to"]:
        message["In-Reply-To"] = said["in_reply_to"]
        message["References"] = said["references"]
    message.set_content(said["text"])
    try:
        with smtplib.SMTP(
            settings.LIBIN_MAIL_IN_HOST, settings.LIBIN_MAIL_IN_PORT, timeout=5
        ) as server:
            server.send_message(message, from_addr=owner.email)
    except (OSError, smtplib.SMTPException):
        return False
    return True
