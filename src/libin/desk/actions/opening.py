"""A matter comes in: a case is opened, or a message joins one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from libin.customers.models import Customer
from libin.desk.actions.case_events import Happening
from libin.desk.actions.reopening import reopen
from libin.desk.actions.waiting import end_pause_on_reply
from libin.desk.actions.words import add_words, begin_words, glimpse
from libin.desk.facts import CaseOpened, MessageReceived
from libin.desk.models import Attachment, Case, Message
from libin.desk.queries.cases import locked_case
from libin.handbook import queries as handbooks
from libin.handbook.rules import Handbook
from libin.kernel import audit
from libin.kernel.access import Actor
from libin.kernel.errors import Refusal
from libin.kernel.outbox import publish

MAX_SUBJECT = 300
MAX_TEXT = 200_000


class NothingSaid(Refusal):
    """Please write what this is about."""


class UnknownCode(Refusal):
    """The handbook in force has no “%(code)s”."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile:
    """A file that came with a message: the number of its stored file, a safe name, its type and size in bytes."""

    file_id: int
    name: str
    media_type: str
    size: int
    content_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """What somebody said: plain text, sanitised HTML if there was any, the folded quotation, files.

    `verified` tells whether we know that the case's customer wrote it; what is not verified is shown to
    colleagues only, with `sender_note` saying who claims to have written.
    """

    text: str
    html: str = ""
    folded: str = ""
    files: Sequence[AttachedFile] = ()
    channel: str = "email"
    language: str = ""
    mail_message_id: str = ""
    verified: bool = True
    sender_note: str = ""
    automatic: bool = False


@transaction.atomic
def open_case(
    *,
    customer_id: int,
    kind: str,
    severity: str,
    subject: str,
    opening: Incoming,
    by: Actor,
    at: datetime,
    topic: str = "",
) -> Case:
    """Open a case for a customer under the handbook in force at `at`, with its promises and first step.

    Raises NothingSaid without subject and text, UnknownCode for a kind, severity or channel the handbook
    does not have.
    """
    if not (subject.strip() or opening.text.strip()):
        raise NothingSaid
    customer = Customer.objects.only("id", "name", "tier", "language").get(pk=customer_id)
    handbook = handbooks.in_force(at)
    _known(handbook, kind, severity, opening.channel)
    case = _new_case(
        handbook,
        customer,
        kind=kind,
        severity=severity,
        topic=topic,
        subject=subject,
        opening=opening,
        at=at,
    )
    happening = Happening(case, by, at, handbook)
    happening.begin()
    case.save(force_insert=True)
    happening.write()
    message = _message(case, opening, at=at)
    message.save(force_insert=True)
    attach(message, opening.files)
    begin_words(case, customer.name, subject, opening.text)
    audit.record(
        act="desk.open_case",
        subject=f"case:{case.pk}",
        by=by,
        at=at,
        details={"kind": kind, "severity": severity, "channel": opening.channel},
    )
    publish(
        CaseOpened(
            case_id=case.pk,
            kind=kind,
            channel=opening.channel,
            automatic=opening.automatic,
            by=by.ref,
            at=at,
        )
    )
    return case


def _known(handbook: Handbook, kind: str, severity: str, channel: str) -> None:
    for code, codes in (
        (kind, handbook.kinds),
        (severity, handbook.severities),
        (channel, handbook.channels),
    ):
        if code not in codes:
            raise UnknownCode(code=code)


def _new_case(
    handbook: Handbook,
    customer: Customer,
    *,
    kind: str,
    severity: str,
    topic: str,
    subject: str,
    opening: Incoming,
    at: datetime,
) -> Case:
    tier = customer.tier if customer.tier in handbook.tiers else handbook.default_tier
    return Case(
        customer=customer,
        handbook_id=handbook.version_id,
        kind=kind,
        topic=topic,
        severity=severity,
        tier=tier,
        service_class=handbook.tiers[tier].service_class,
        lane=handbook.lane_of(tier).code,
        channel=opening.channel,
        language=opening.language or customer.language or "zh-hans",
        subject=(subject.strip() or glimpse(opening.text))[:MAX_SUBJECT],
        process=handbook.kinds[kind].process,
        opened_at=at,
        changed_at=at,
        messages_count=1,
        last_words=glimpse(opening.text),
    )


def _message(case: Case, said: Incoming, *, at: datetime) -> Message:
    return Message(
        case=case,
        author=Message.Author.CUSTOMER,
        channel=said.channel,
        internal=not said.verified,
        verified=said.verified,
        sender_note=said.sender_note[:320],
        text=said.text[:MAX_TEXT],
        folded=said.folded[:MAX_TEXT],
        html=said.html,
        mail_message_id=said.mail_message_id[:250],
        at=at,
    )


def attach(message: Message, files: Sequence[AttachedFile]) -> None:
    """Keep the files with the message."""
    if files:
        Attachment.objects.bulk_create(
            Attachment(
                message=message,
                file_id=file.file_id,
                name=file.name[:255],
                media_type=file.media_type,
                size=file.size,
                content_id=file.content_id[:250],
            )
            for file in files
        )


@transaction.atomic
def receive_message(*, case_id: int, incoming: Incoming, by: Actor, at: datetime) -> Message:
    """Add what somebody wrote to a running case; a verified word of the customer ends waiting and reopens.

    Raises NothingSaid without text and files.
    """
    if not (incoming.text.strip() or incoming.files or incoming.html):
        raise NothingSaid
    case = locked_case(case_id)
    message = _message(case, incoming, at=at)
    message.save(force_insert=True)
    attach(message, incoming.files)
    case.messages_count += 1
    case.changed_at = at
    case.unread = True
    if incoming.verified:
        _hear(case, incoming, by=by, at=at)
    case.save()
    add_words(case, incoming.text)
    audit.record(
        act="desk.receive_message",
        subject=f"case:{case.pk}",
        by=by,
        at=at,
        details={"message": message.pk, "verified": incoming.verified},
    )
    publish(
        MessageReceived(
            case_id=case.pk, message_id=message.pk, verified=incoming.verified, by=by.ref, at=at
        )
    )
    return message


def _hear(case: Case, incoming: Incoming, *, by: Actor, at: datetime) -> None:
    """What the customer's own word changes."""
    case.last_words = glimpse(incoming.text)
    case.last_by_customer = True
    happening = Happening.at_case(case, by=by, at=at)
    if case.is_done:
        reopen(happening)
    elif case.state == Case.State.WAITING:
        end_pause_on_reply(happening)
    happening.hear("desk.message_received")
    happening.write()
    happening.tell()
