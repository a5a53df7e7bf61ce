"""What a letter to a customer needs to know: where it goes, from whom, and what it answers."""

import re
from dataclasses import dataclass

from django.conf import settings

from libin.channels.models import InboundMail, Mailbox
from libin.channels.queries.addresses import reply_address
from libin.customers.models import ContactPoint
from libin.customers.queries import email_to_write
from libin.desk.models import Case, Message

REFERENCES = 20
MAILS = 500
_FIT = re.compile(r"[!-;=?-~]{3,250}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Sender, reader and threading of one letter; ids with their brackets."""

    sender: str
    reply_to: str
    to: str
    in_reply_to: str
    references: tuple[str, ...]

    def headers(self) -> dict[str, str]:
        """The header fields that lead an answer back to us and to its thread."""
        found = {"Reply-To": self.reply_to, "In-Reply-To": self.in_reply_to}
        found["References"] = " ".join(self.references)
        return {name: value for name, value in found.items() if value}


def envelope_for(case: Case) -> Envelope | None:
    """How to write to the customer of a case; None when we know no address of hers."""
    mails = list(
        InboundMail.objects.filter(case_id=case.pk)
        .only("sender", "verified", "mailbox")
        .order_by("pk")[:MAILS]
    )
    to = _address(case, mails)
    if not to:
        return None
    mailbox = _mailbox(mails)
    answered, references = _thread(case)
    return Envelope(
        sender=_sender(mailbox),
        reply_to=reply_address(case, mailbox) if mailbox else "",
        to=to,
        in_reply_to=answered,
        references=references,
    )


def _address(case: Case, mails: list[InboundMail]) -> str:
    """The address the customer last wrote from in this case, if it is still hers; else her first."""
    written = next((one.sender for one in reversed(mails) if one.verified and one.sender), "")
    if written:
        point = ContactPoint.objects.filter(
            customer_id=case.customer_id, kind=ContactPoint.Kind.EMAIL, email=written
        )
        if point.exists():
            return written
    return email_to_write(case.customer_id)


def _mailbox(mails: list[InboundMail]) -> Mailbox | None:
    """The mailbox the case came in by, else our first."""
    active = list(Mailbox.objects.filter(active=True).order_by("pk"))
    came_by = mails[0].mailbox_id if mails else None
    return next((one for one in active if one.pk == came_by), active[0] if active else None)


def _sender(mailbox: Mailbox | None) -> str:
    if mailbox is None:
        return str(settings.LIBIN_MAIL_FROM)
    name = re.sub(r"[\x00-\x1f\x7f\"<>\\]+|=\?", " ", mailbox.name).strip()
    return f"{name} <{mailbox.address}>" if name else mailbox.address


def _thread(case: Case) -> tuple[str, tuple[str, ...]]:
    """What the letter answers, and the thread so far: the first mail and the newest ones."""
    said = (
        Message.objects.filter(case_id=case.pk, verified=True, internal=False)
        .exclude(mail_message_id="")
        .order_by("at", "pk")
        .values_list("mail_message_id", "author")
    )
    ids: list[str] = []
    answered = ""
    for message_id, author in said:
        bare = message_id.strip().strip("<>")
        # What does not fit a header line as it stands is left out rather than mangled.
        if not _FIT.fullmatch(bare):
            continue
        ids.append(f"<{bare}>")
        if author == Message.Author.CUSTOMER:
            answered = ids[-1]
    ids = list(dict.fromkeys(ids))
    if not answered and ids:
        answered = ids[-1]
    kept = ids if len(ids) <= REFERENCES else [ids[0], *ids[-REFERENCES + 1 :]]
    if answered in kept:
        kept.append(kept.pop(kept.index(answered)))
    return answered, tuple(kept)
