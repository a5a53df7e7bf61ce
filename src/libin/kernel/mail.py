"""Mail out: rows written with the act that causes them, sent by a worker, kept with the other side's answer."""

import logging
import secrets
import smtplib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from libin.kernel import clock, files
from libin.kernel.access import automation
from libin.kernel.errors import Refusal
from libin.kernel.loops import Loop, add_loop
from libin.kernel.mail_facts import MailFailed
from libin.kernel.models import OutgoingMail, StoredFile
from libin.kernel.outbox import publish
from libin.kernel.queue import backoff

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 10
LEASE = timedelta(seconds=90)
SENDER = automation("mail")
_FORBIDDEN = ("\r", "\n", "\0")
# Message-IDs of some servers are long, and a field folded at 78 would be encoded in their middle.
_POLICY = SMTP.clone(max_line_length=900)


class HeaderNotClean(Refusal):
    """This address or subject holds characters that a mail header must not have."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes with a mail: its stored file's number, name and type."""

    file_id: int
    name: str
    media_type: str


def new_message_id() -> str:
    """A fresh Message-ID of ours, with its angle brackets; 128 random bits."""
    return f"<{secrets.token_hex(16)}@{settings.LIBIN_MAIL_DOMAIN}>"


def post(
    *,
    to: Sequence[str],
    subject: str,
    text: str,
    at: datetime,
    html: str = "",
    sender: str = "",
    headers: Mapping[str, str] | None = None,
    message_id: str = "",
    send_after: datetime | None = None,
    subject_ref: str = "",
    attachments: Sequence[Attached] = (),
    automatic: bool = False,
) -> OutgoingMail:
    """Write a mail to be sent after `send_after` (default: at once). Part of the caller's transaction.

    Automatic mail always says so (RFC 3834). Raises HeaderNotClean for CR, LF or NUL in a header value.
    """
    extra = dict(headers or {})
    if automatic:
        extra |= {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    subject, sender = _defused(subject), _defused(sender or settings.LIBIN_MAIL_FROM)
    extra = {name: _defused(value) for name, value in extra.items()}
    for value in (subject, sender, message_id, *to, *extra, *extra.values()):
        if any(bad in value for bad in _FORBIDDEN):
            raise HeaderNotClean
    if any("=?" in address or "," in address for address in (*to, message_id)):
        raise HeaderNotClean
    return OutgoingMail.objects.create(
        subject_ref=subject_ref,
        sender=sender,
        recipients=list(to),
        subject=subject[:900],
        message_id=message_id or new_message_id(),
        headers=extra,
        text=text,
        html=html,
        attachments=[
            {"file": a.file_id, "name": a.name, "type": a.media_type} for a in attachments
        ],
        automatic=automatic,
        created_at=at,
        send_after=send_after or at,
    )


def _defused(value: str) -> str:
    """The value with nothing in it that looks like an encoded word: the library would decode it, line breaks and all."""
    return value.replace("=?", "= ?")


def cancel(*, mail_id: int) -> bool:
    """Take back a mail that has not left yet. False when it is too late."""
    mails = OutgoingMail.objects.filter(pk=mail_id, state=OutgoingMail.State.QUEUED)
    return mails.update(state=OutgoingMail.State.CANCELLED) == 1


def send_again(*, mail_id: int, at: datetime) -> bool:
    """Queue a failed mail once more, with the same Message-ID."""
    mails = OutgoingMail.objects.filter(pk=mail_id, state=OutgoingMail.State.FAILED)
    return mails.update(state=OutgoingMail.State.QUEUED, send_after=at, attempts=0, answer="") == 1


def claim(at: datetime) -> OutgoingMail | None:
    """Take the next mail that is due; another worker sees it again only after the lease of 90 s."""
    with transaction.atomic():
        mail = (
            OutgoingMail.objects.select_for_update(skip_locked=True)
            .filter(state=OutgoingMail.State.QUEUED, send_after__lte=at)
            .order_by("send_after", "id")
            .first()
        )
        if mail is not None:
            mail.attempts += 1
            mail.send_after = at + LEASE
            mail.save(update_fields=["attempts", "send_after"])
    return mail


def send_next(at: datetime) -> bool:
    """Send one due mail; False when none is due. At least once, always with the same Message-ID."""
    mail = claim(at)
    if mail is None:
        return False
    if mail.attempts > MAX_ATTEMPTS:
        settle(mail, "died")  # whoever made the last attempt did not live to say how it went
        return True
    try:
        answer = deliver(mail)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as problem:
        settle(mail, words_of(problem), final=500 <= code_of(problem) < 600)
    except smtplib.SMTPResponseException as problem:
        # Before the first reader is named an answer is about us (a wrong password, say), never about this mail.
        settle(mail, words_of(problem))
    except ValueError as problem:  # what cannot be written as a mail will never be
        settle(mail, type(problem).__name__, final=True)
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:  # an attempt like any other, so that no mail is tried for ever
        settle(mail, type(problem).__name__)
    else:
        OutgoingMail.objects.filter(pk=mail.pk).update(
            state=OutgoingMail.State.SENT, sent_at=clock.now(), answer=answer[:500]
        )
    return True


@transaction.atomic
def settle(mail: OutgoingMail, words: str, *, final: bool = False) -> None:
    """Note a failure: told to the rooms above when final or after the last attempt, else tried again later."""
    final = final or mail.attempts >= MAX_ATTEMPTS
    at = clock.now()
    noted = OutgoingMail.objects.filter(pk=mail.pk, state=OutgoingMail.State.QUEUED).update(
        state=OutgoingMail.State.FAILED if final else OutgoingMail.State.QUEUED,
        send_after=at + backoff(mail.attempts),
        answer=words[:500],
    )
    log.warning("Mail %s was not sent at attempt %d.", mail.pk, mail.attempts)
    if noted and final:
        publish(MailFailed(mail_id=mail.pk, by=SENDER.ref, at=at))


def code_of(problem: smtplib.SMTPException) -> int:
    """The server's code; the worst of them when it refused several readers."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return max(code for code, _ in problem.recipients.values())
    return int(getattr(problem, "smtp_code", 0))


def words_of(problem: smtplib.SMTPException) -> str:
    """The server's answer; never its echo of an address."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(problem.recipients.values()))
    else:
        code = int(getattr(problem, "smtp_code", 0))
        words = bytes(getattr(problem, "smtp_error", b"") or b"")
    text = words.decode("utf-8", "replace")
    return f"{code} {text}"


def compose(mail: OutgoingMail) -> EmailMessage:
    """The mail as it goes over the wire. Raises ValueError when it cannot be written as one."""
    from_name, _, from_address = mail.sender.rpartition("<")
    message = EmailMessage(policy=_POLICY)
    user, _, domain = from_address.rstrip("> ").rpartition("@")
    message["From"] = Address(from_name.strip().strip('"'), user, domain)
    message["To"] = ", ".join(mail.recipients)
    message["Subject"] = mail.subject
    message["Message-ID"] = mail.message_id
    message["Date"] = format_datetime(mail.created_at)
    for name, value in mail.headers.items():
        message[name] = value
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    for attached in mail.attachments:
        kind, _, subtype = attached["type"].partition("/")
        data = files.read(StoredFile.objects.get(pk=attached["file"]))
        message.add_attachment(data, maintype=kind, subtype=subtype, filename=attached["name"])
    return message


def deliver(mail: OutgoingMail) -> str:
    """Hand the mail to the SMTP server; its answer. Raises OSError or smtplib's errors."""
    message = compose(mail)
    _, _, envelope = mail.sender.rpartition("<")
    kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    with kind(
        settings.EMAIL_HOST,
        settings.EMAIL_PORT,
        local_hostname=settings.LIBIN_MAIL_DOMAIN,
        timeout=settings.EMAIL_TIMEOUT,
    ) as server:
        if settings.EMAIL_USE_TLS:
            server.starttls()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        server.send_message(message, from_addr=envelope.rstrip("> "), to_addrs=mail.recipients)
        return "250"


def next_due() -> datetime | None:
    """When the next mail is to leave."""
    first = (
        OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED)
        .order_by("send_after")
        .values_list("send_after")
    ).first()
    return first[0] if first else None


add_loop(Loop("mail", send_next, next_due, threads=2))
