"""Letters out: answers in their thread, and the acknowledgement that never answers a machine."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.utils import formats, translation
from django.utils.translation import gettext as _

from libin.channels import letters, rules
from libin.channels.models import AutoReply, InboundMail, MessageIndex
from libin.channels.queries import placing
from libin.channels.queries.addresses import our_addresses
from libin.channels.queries.letters import Envelope, envelope_for
from libin.desk.actions import add_note, note_acknowledgement, note_mail
from libin.desk.models import Attachment, Case, Message, Promise
from libin.handbook import queries as handbooks
from libin.handbook.rules import Handbook, PromiseRule
from libin.kernel import audit, mail, vault
from libin.kernel.access import Actor
from libin.kernel.models import OutgoingMail

REPLIED, ACKNOWLEDGED = "desk.replied", "desk.acknowledged"


@transaction.atomic
def send_reply(*, message_id: int, by: Actor, at: datetime) -> int | None:
    """Write the mail that carries an answer; its number, None when none is to be written.

    Where we know no address, that is noted in the case, for whoever answered believes that it left.
    """
    # The case before its message, like every other act.
    case = Case.objects.select_for_update(of=("self",)).filter(messages__pk=message_id).first()
    message = Message.objects.filter(
        pk=message_id, mail=None, internal=False, taken_back_at=None
    ).first()
    if case is None or message is None:
        return None
    envelope = envelope_for(case)
    if envelope is None:
        _note_unsent(case, message_id, by=by, at=at)
        return None
    files = [
        mail.Attached(file_id=file_id, name=name, media_type=media_type)
        for file_id, name, media_type in Attachment.objects.filter(message=message)
        .order_by("pk")
        .values_list("file_id", "name", "media_type")
    ]
    letter = _post(
        case,
        envelope,
        subject=letters.answer_subject(case.subject, case.number),
        text=message.text,
        automatic=False,
        files=files,
        at=at,
    )
    note_mail(
        message_id=message.pk, mail_id=letter.pk, mail_message_id=letter.message_id, by=by, at=at
    )
    audit.record(
        act="channels.send_reply",
        subject=f"case:{case.pk}",
        by=by,
        at=at,
        details={"mail": letter.pk},
    )
    return letter.pk


def _note_unsent(case: Case, message_id: int, *, by: Actor, at: datetime) -> None:
    with translation.override(case.language or settings.LANGUAGE_CODE):
        words = _("The answer was not sent by mail: we know no e-mail address of the customer.")
    add_note(case_id=case.pk, text=words, by=by, at=at)
    audit.record(
        act="channels.withhold_reply",
        subject=f"case:{case.pk}",
        by=by,
        at=at,
        details={"message": message_id, "why": "no_address"},
    )


@transaction.atomic
def acknowledge(*, case_id: int, by: Actor, at: datetime) -> bool:
    """Tell the customer that her matter arrived: number, person, promised time. Whether a mail was written.

    At most once for a case and once a day for an address, never to a machine, and without a word of what was written.
    """
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("customer", "owner")
        .filter(pk=case_id)
        .first()
    )
    if case is None or AutoReply.objects.filter(case_id=case_id).exists():
        return False
    handbook = handbooks.version(case.handbook_id)
    channel = handbook.channels.get(case.channel)
    if channel is None or not channel.acknowledge:
        return False
    words = _acknowledgement(case, handbook)
    envelope = envelope_for(case)
    address = envelope.to if envelope else ""
    marked = vault.blind(f"channels.auto_reply:{address}")
    _one_at_a_time(marked)
    withheld = "no_template" if words is None else _withheld(case, address, marked, at=at)
    AutoReply.objects.create(case=case, address_hash=marked, withheld=withheld, at=at)
    if withheld or words is None or envelope is None:
        audit.record(
            act="channels.withhold_acknowledgement",
            subject=f"case:{case.pk}",
            by=by,
            at=at,
            details={"why": withheld},
        )
        return False
    subject, text = words
    letter = _post(
        case, envelope, subject=letters.subject_line(subject), text=text, automatic=True, at=at
    )
    note_acknowledgement(case_id=case.pk, text=text, mail_id=letter.pk, by=by, at=at)
    audit.record(
        act="channels.acknowledge",
        subject=f"case:{case.pk}",
        by=by,
        at=at,
        details={"mail": letter.pk},
    )
    return True


def _withheld(case: Case, address: str, marked: bytes, *, at: datetime) -> str:
    origin = InboundMail.objects.filter(
        case_id=case.pk, state=InboundMail.State.CASE_OPENED
    ).order_by("pk")
    answerable = origin.values_list("answerable", flat=True).first()
    last = (
        AutoReply.objects.filter(address_hash=marked, withheld="")
        .order_by("-at")
        .values_list("at", flat=True)
    )
    return rules.may_answer_by_machine(
        answerable=answerable is not False,
        address=address,
        ours=our_addresses(),
        answered_at=last.first(),
        case_answered=False,
        at=at,
    )


def _acknowledgement(case: Case, handbook: Handbook) -> tuple[str, str] | None:
    """Subject and text of the handbook's fittest acknowledgement, in the customer's language."""
    mode = handbook.channels[case.channel].mode
    found = handbook.templates_for(
        "acknowledgement", kind=case.kind, severity=case.severity, tier=case.tier, mode=mode
    )
    if not found:
        return None
    language = case.language or settings.LANGUAGE_CODE
    with translation.override(language):
        values = _values(case, handbook)
        subject = found[0].subject
        heading = (
            subject.in_(language) if subject else _("We have received your message: {case_number}")
        )
    body = found[0].body.in_(language)
    return rules.fill(heading, values), rules.fill(body, values)


def _values(case: Case, handbook: Handbook) -> dict[str, str]:
    """What stands for the placeholders. Nothing the sender wrote is among them: codes are not echoed."""
    name = case.customer.name
    return {
        "customer_name": name,
        "form_of_address": case.customer.form_of_address or name,
        "case_number": case.number,
        "agent_name": case.owner.name if case.owner else _("our customer service"),
        "promised_time": _promised(case, handbook),
        "organisation": settings.LIBIN_ORGANISATION or _("our customer service"),
        "subject": case.number,
        "portal_link": f"{settings.LIBIN_URL}/my/{case.pk}/",
        "survey_link": "",
    }


def _promised(case: Case, handbook: Handbook) -> str:
    """When an answer is due by the most pressing promise, as people say it in the handbook's zone."""
    running = Promise.objects.filter(case=case, state=Promise.State.RUNNING).order_by("due_at")
    due = next((one.due_at for one in running if _is_of_answer(handbook, one)), None)
    if due is None:
        return _("as soon as possible")
    return formats.date_format(due.astimezone(ZoneInfo(handbook.zone)), "DATETIME_FORMAT")


def _is_of_answer(handbook: Handbook, promise: Promise) -> bool:
    """Whether a person's answer meets a promise; one that this very acknowledgement meets says nothing of it."""
    rule = handbook.rules.get(promise.rule)
    return (
        isinstance(rule, PromiseRule) and REPLIED in rule.met_by and ACKNOWLEDGED not in rule.met_by
    )


def _post(
    case: Case,
    envelope: Envelope,
    *,
    subject: str,
    text: str,
    automatic: bool,
    at: datetime,
    files: Sequence[mail.Attached] = (),
) -> OutgoingMail:
    """Write the letter and remember its Message-ID, by which answers find their way back."""
    language = case.language or settings.LANGUAGE_CODE
    letter = mail.post(
        to=[envelope.to],
        sender=envelope.sender,
        subject=subject,
        text=letters.text_of(text, number=case.number, language=language),
        html=letters.html_of(text, number=case.number, language=language),
        headers=envelope.headers(),
        subject_ref=f"case:{case.pk}",
        attachments=files,
        automatic=automatic,
        at=at,
    )
    MessageIndex.objects.create(
        channel=placing.EMAIL,
        id_hash=placing.id_hash(letter.message_id),
        case=case,
        ours=True,
        at=at,
    )
    return letter


def _one_at_a_time(marked: bytes) -> None:
    """Two cases of one address ask one after the other whether it was answered today."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(marked[:8], "big", signed=True)]
        )
