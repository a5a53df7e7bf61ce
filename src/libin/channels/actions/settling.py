"""A mail that was read is given its place: a case of its own, a message in one, or a shelf where people look."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from libin.channels import access, rules
from libin.channels.actions.receiving import PARSE
from libin.channels.actions.undelivered import note_bounce
from libin.channels.facts import MailQuarantined, MailSettled
from libin.channels.models import InboundMail, MessageIndex
from libin.channels.parsing.automail import Automatic
from libin.channels.parsing.shape import ParsedMail
from libin.channels.queries import placing
from libin.channels.queries.addresses import our_addresses
from libin.customers.actions import recognise
from libin.desk.actions import AttachedFile, Incoming, open_case, receive_message
from libin.desk.models import Case
from libin.handbook import queries as handbooks
from libin.handbook.rules import Handbook
from libin.kernel import audit, files, queue
from libin.kernel.access import Actor, require
from libin.kernel.errors import NotFound, Refusal
from libin.kernel.outbox import publish

TRIAGE_CHARACTERS = 4_000
State = InboundMail.State


class NotInQuarantine(Refusal):
    """This mail is not waiting for anybody any more."""


@dataclasses.dataclass(frozen=True, slots=True)
class Try:
    """One try at a mail: the how manieth, its bytes, and the server whose results count."""

    number: int
    raw: bytes
    authserv_id: str


@transaction.atomic
def begin_try(*, inbound_id: int, by: Actor, at: datetime) -> Try | None:
    """Count one more try at a mail before it is made, so that a crash counts too; None when it is settled.

    A mail that was tried too often goes to quarantine.
    """
    row = _locked(inbound_id, with_raw=True)
    if row.state != State.RECEIVED:
        return None
    row.tries += 1
    if row.tries > rules.TRIES:
        _quarantine(row, row.problem or "died", by=by, at=at)
        return None
    row.save(update_fields=["tries"])
    return Try(row.tries, bytes(row.raw), row.mailbox.authserv_id)


@transaction.atomic
def fail_try(*, inbound_id: int, problem: str, by: Actor, at: datetime) -> None:
    """A try did not work: again in a moment, or to quarantine after the last."""
    row = _locked(inbound_id)
    if row.state != State.RECEIVED:
        return
    if row.tries >= rules.TRIES:
        _quarantine(row, problem, by=by, at=at)
        return
    row.problem = problem[:60]
    row.save(update_fields=["problem"])
    queue.enqueue(queue.kinds[PARSE], at=at + timedelta(seconds=row.tries), inbound_id=row.pk)


@transaction.atomic
def settle(*, inbound_id: int, mail: ParsedMail, by: Actor, at: datetime) -> str:
    """Give a mail its place. Once settled it stays; returns the state. Idempotent."""
    row = _locked(inbound_id)
    if row.state != State.RECEIVED:
        return row.state
    digest = placing.digest_of(mail)
    own = placing.own_hash(mail, digest)
    _one_at_a_time(own)
    row.sender, row.subject, row.digest = mail.sender.email, mail.subject, digest
    row.answerable, row.problem = mail.answerable, ""
    known = placing.known_as(own)
    if known is not None and known.ours:
        _done(row, State.AUTOMATIC, "our_own_mail", case_id=known.case_id, by=by, at=at)
    elif (
        known is not None
        and known.inbound
        and known.inbound.digest
        and bytes(known.inbound.digest) == digest
    ):
        _done(row, State.DUPLICATE, "same_mail", case_id=known.case_id, by=by, at=at)
    elif row.released_at is None and (shelf := _shelf(mail)):
        _put_aside(row, mail, shelf, by=by, at=at)
    elif not mail.sender.email:
        _quarantine(row, "no_sender", by=by, at=at)
    else:
        _place(row, mail, own, known, by=by, at=at)
    return row.state


def _shelf(mail: ParsedMail) -> str:
    """Why a mail is no matter by itself, empty when it may be one."""
    if mail.automatic in (Automatic.BOUNCE, Automatic.AUTO_REPLY, Automatic.BULK):
        return mail.automatic
    return "our_own_address" if mail.sender.email in our_addresses() else ""


def _put_aside(row: InboundMail, mail: ParsedMail, shelf: str, *, by: Actor, at: datetime) -> None:
    case_id = None
    if shelf == Automatic.BOUNCE:
        case_id = note_bounce(
            inbound_id=row.pk,
            message_ids=mail.reported_message_ids,
            failed=mail.failed_recipients,
            by=by,
            at=at,
        )
    elif shelf == Automatic.AUTO_REPLY:
        found = rules.place(placing.clues_for(mail, row, None))
        if found.why in ("address", "answer"):
            case_id = found.case_id
            _append(row, mail, rules.Place(found.case_id, False, "auto_reply"), by=by, at=at)
    _done(row, State.AUTOMATIC, shelf, case_id=case_id, by=by, at=at)


def _place(
    row: InboundMail,
    mail: ParsedMail,
    own: bytes,
    known: MessageIndex | None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    found = rules.place(placing.clues_for(mail, row, known))
    if found.case_id is None:
        case_id = _open(row, mail, by=by, at=at)
        state = State.CASE_OPENED
    else:
        case_id = found.case_id
        _append(row, mail, found, by=by, at=at)
        row.verified = found.verified
        state = State.APPENDED
    if known is None:
        MessageIndex.objects.create(
            channel=placing.EMAIL, id_hash=own, case_id=case_id, inbound_id=row.pk, at=at
        )
    _done(row, state, found.why, case_id=case_id, by=by, at=at)


def _open(row: InboundMail, mail: ParsedMail, *, by: Actor, at: datetime) -> int:
    customer = recognise(
        email=mail.sender.email, name=mail.sender.name, channel="email", by=by, at=at
    )
    forged = placing.belief(mail) is rules.Belief.FORGED
    row.verified = not forged
    # A forged sender would have us write to her whose name was used.
    row.answerable = row.answerable and not forged
    handbook = handbooks.in_force(at)
    kind, severity, topic = triage(handbook, mail.subject, mail.own_text)
    note = "forged" if forged else ""
    with translation.override(customer.language or settings.LANGUAGE_CODE):
        subject = mail.subject or _("(no subject)")
        opening = _incoming(row, mail, verified=not forged, note=note, at=at)
    case = open_case(
        customer_id=customer.pk,
        kind=kind,
        severity=severity,
        topic=topic,
        subject=subject,
        opening=dataclasses.replace(opening, channel=_channel(row, handbook)),
        by=by,
        at=at,
    )
    return case.pk


def triage(handbook: Handbook, subject: str, text: str) -> tuple[str, str, str]:
    """Kind, severity and topic by the handbook's keywords."""
    words = f"{subject}\n{text[:TRIAGE_CHARACTERS]}"
    kind = handbook.kind_by_words(words)
    severity = handbook.severity_by_words(words, kind=kind.code)
    lowered = words.lower()
    topic = next(
        (one.code for one in kind.topics if any(word.lower() in lowered for word in one.keywords)),
        "",
    )
    return kind.code, severity.code, topic


def _append(
    row: InboundMail, mail: ParsedMail, found: rules.Place, *, by: Actor, at: datetime
) -> None:
    assert found.case_id is not None
    note = "" if found.verified else found.why
    language = Case.objects.values_list("language", flat=True).get(pk=found.case_id)
    with translation.override(language or settings.LANGUAGE_CODE):
        incoming = _incoming(row, mail, verified=found.verified, note=note, at=at)
    receive_message(case_id=found.case_id, incoming=incoming, by=by, at=at)


def _incoming(
    row: InboundMail, mail: ParsedMail, *, verified: bool, note: str, at: datetime
) -> Incoming:
    kept: list[AttachedFile] = []
    for one in mail.attachments:
        file = files.keep(one.data, name=one.name, media_type=one.media_type, at=at)
        kept.append(
            AttachedFile(
                file_id=file.pk,
                name=one.name,
                media_type=file.media_type,
                size=len(one.data),
                content_id=one.content_id if one.inline else "",
            )
        )
    return Incoming(
        text=mail.own_text or (_("(no text)") if not kept else mail.subject or _("(no text)")),
        html=mail.own_html,
        folded=mail.folded_text,
        files=kept,
        channel=row.mailbox.channel,
        mail_message_id=mail.message_id[:250],
        verified=verified,
        sender_note=f"{mail.sender.email} ({note})" if note else "",
        automatic=not mail.answerable,
    )


def _channel(row: InboundMail, handbook: Handbook) -> str:
    """The mailbox's channel, or the handbook's first written one where it has no such channel."""
    if row.mailbox.channel in handbook.channels:
        return row.mailbox.channel
    return next(one.code for one in handbook.channels.values() if one.mode == "async")


@transaction.atomic
def release(*, inbound_id: int, by: Actor, at: datetime) -> None:
    """A person decides that a mail put aside is a matter after all: it is read and placed once more."""
    require(access.may_manage(by))
    row = _locked(inbound_id)
    if row.state not in (State.QUARANTINED, State.AUTOMATIC) or not row.size or row.case_id:
        raise NotInQuarantine
    row.state, row.tries, row.problem, row.why = State.RECEIVED, 0, "", ""
    row.released_at, row.settled_at = at, None
    row.save(update_fields=["state", "tries", "problem", "why", "released_at", "settled_at"])
    queue.enqueue(queue.kinds[PARSE], at=at, inbound_id=row.pk)
    audit.record(act="channels.release", subject=f"inbound:{row.pk}", by=by, at=at)


def _locked(inbound_id: int, *, with_raw: bool = False) -> InboundMail:
    rows = InboundMail.objects.select_for_update(of=("self",)).select_related("mailbox")
    try:
        return (rows if with_raw else rows.defer("raw")).get(pk=inbound_id)
    except InboundMail.DoesNotExist:
        raise NotFound from None


def _one_at_a_time(own: bytes) -> None:
    """Copies of one mail in two mailboxes are placed one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(own[:8], "big", signed=True)]
        )


def _done(
    row: InboundMail, state: str, why: str, *, case_id: int | None, by: Actor, at: datetime
) -> None:
    row.state, row.why, row.case_id, row.settled_at = state, why[:60], case_id, at
    row.save(update_fields=_SETTLED)
    audit.record(
        act="channels.settle",
        subject=f"inbound:{row.pk}",
        by=by,
        at=at,
        details={"state": state, "why": why, "case": case_id},
    )
    publish(MailSettled(inbound_id=row.pk, state=state, case_id=case_id, by=by.ref, at=at))


_SETTLED: Sequence[str] = (
    "state",
    "why",
    "case",
    "settled_at",
    "sender",
    "subject",
    "digest",
    "answerable",
    "verified",
    "problem",
    "tries",
)


def _quarantine(row: InboundMail, problem: str, *, by: Actor, at: datetime) -> None:
    row.state, row.problem, row.settled_at = State.QUARANTINED, problem[:60], at
    row.save(update_fields=_SETTLED)
    audit.record(
        act="channels.quarantine",
        subject=f"inbound:{row.pk}",
        by=by,
        at=at,
        details={"problem": problem[:60]},
    )
    publish(MailQuarantined(inbound_id=row.pk, problem=problem[:60], by=by.ref, at=at))


@transaction.atomic
def disclose_raw(*, inbound_id: int, by: Actor, at: datetime) -> bytes:
    """The bytes of a mail as they came, for a person who may look after mail; that she took them is audited."""
    require(access.may_manage(by))
    row = InboundMail.objects.filter(pk=inbound_id).only("raw").first()
    if row is None:
        raise NotFound
    audit.record(act="channels.disclose_raw", subject=f"inbound:{inbound_id}", by=by, at=at)
    return bytes(row.raw)
