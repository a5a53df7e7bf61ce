"""Writing to the customer and to colleagues, taking an answer back, keeping drafts, showing who is looking."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from libin.desk import access
from libin.desk.actions.case_events import Happening
from libin.desk.actions.holding import hold
from libin.desk.actions.opening import MAX_TEXT, AttachedFile, NothingSaid, attach
from libin.desk.actions.words import add_words, glimpse
from libin.desk.facts import Acknowledged, NoteAdded, Replied, ReplyTakenBack, ReplyWritten
from libin.desk.hooks import Objection, Outgoing, objections_to_sending
from libin.desk.models import Case, Draft, Message
from libin.desk.queries.cases import locked_case
from libin.handbook import queries as handbooks
from libin.kernel import audit, queue
from libin.kernel.access import Actor, require
from libin.kernel.errors import NotFound, Refusal
from libin.kernel.outbox import publish

UNDO = "undo-send"
LEAVES = "desk.reply_leaves"


class SendingObjected(Refusal):
    """This cannot be sent as it is: %(words)s"""

    def __init__(self, objections: Sequence[Objection]) -> None:
        super().__init__(words=" ".join(objection.words for objection in objections))
        self.objections = tuple(objections)


class TooLateToTakeBack(Refusal):
    """This answer has left already."""


class WrittenTwice(Refusal):
    """The same words were just sent. They were not sent again."""


@transaction.atomic
def reply(
    *,
    case_id: int,
    text: str,
    by: Actor,
    at: datetime,
    template: str = "",
    files: Sequence[AttachedFile] = (),
) -> Message:
    """Answer the customer; the words leave after the handbook's time to take them back.

    On a case that nobody holds, whoever answers first holds it from now on (first-contact responsibility).
    An answer by another never moves ownership.
    """
    case = locked_case(case_id)
    require(access.may_reply(by, case))
    if not text.strip() and not files:
        raise NothingSaid
    _not_twice(case, text, by=by, at=at)
    handbook = handbooks.version(case.handbook_id)
    outgoing = Outgoing(case.pk, text, case.language, case.tier, case.kind)
    if hard := [o for o in objections_to_sending.ask(outgoing) if not o.advises]:
        raise SendingObjected(hard)
    leaves = at + timedelta(seconds=handbook.limit(UNDO))
    message = Message(
        case=case,
        author=Message.Author.STAFF,
        staff_id=by.staff_id,
        channel=case.channel,
        text=text[:MAX_TEXT],
        at=at,
        send_after=leaves,
        template=template,
    )
    message.save(force_insert=True)
    attach(message, files)
    if case.owner_id is None and by.staff_id is not None:
        hold(case, by.staff_id, how="first_reply", why={"code": "first_reply"}, by=by, at=at)
    case.messages_count += 1
    case.changed_at = at
    case.unread = False
    case.last_words, case.last_by_customer = glimpse(text), False
    case.save()
    add_words(case, text)
    Draft.objects.filter(case=case, staff_id=by.person, internal=False).delete()
    queue.enqueue(queue.kinds[LEAVES], at=leaves, message_id=message.pk)
    audit.record(
        act="desk.reply",
        subject=f"case:{case.pk}",
        by=by,
        at=at,
        details={"message": message.pk, "template": template},
    )
    publish(ReplyWritten(case_id=case.pk, message_id=message.pk, by=by.ref, at=at))
    return message


def _not_twice(case: Case, text: str, *, by: Actor, at: datetime, internal: bool = False) -> None:
    """A form that is posted twice says the same words within a moment."""
    same = Message.objects.filter(
        case=case,
        staff_id=by.person,
        internal=internal,
        at__gt=at - timedelta(seconds=10),
        text=text[:MAX_TEXT],
        taken_back_at=None,
    )
    if same.exists():
        raise WrittenTwice


def _locked_answer(message_id: int) -> tuple[Case, Message]:
    """An answer of ours and its case; the case is locked before the answer is read. Raises NotFound."""
    ours = Message.objects.filter(pk=message_id, author=Message.Author.STAFF, internal=False)
    case_id = ours.values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotFound
    return locked_case(case_id), ours.get()


@transaction.atomic
def let_reply_leave(*, message_id: int, by: Actor, at: datetime) -> None:
    """The time to take an answer back is over: it counts from when it was written, and goes out."""
    case, message = _locked_answer(message_id)
    if message.taken_back_at or message.left_at:
        return
    happening = Happening.at_case(case, by=by, at=message.at)
    happening.hear("desk.replied")
    if case.first_replied_at is None:
        case.first_replied_at = message.at
    happening.write()
    case.save()
    Message.objects.filter(pk=message.pk).update(left_at=at)
    happening.tell()
    publish(
        Replied(
            case_id=case.pk,
            message_id=message.pk,
            send_after=at,
            by=f"staff:{message.staff_id}",
            at=at,
        )
    )


@transaction.atomic
def take_back_reply(*, message_id: int, by: Actor, at: datetime) -> Message:
    """Stop an answer before it leaves; its words return to the writer's draft. Raises TooLateToTakeBack, NotFound."""
    case, message = _locked_answer(message_id)
    require(access.may_reply(by, case))
    if message.left_at or message.taken_back_at or message.staff_id != by.staff_id:
        raise TooLateToTakeBack
    message.taken_back_at = at
    message.save(update_fields=["taken_back_at"])
    case.messages_count -= 1
    last = case.messages.filter(internal=False, taken_back_at=None).order_by("at", "id").last()
    if last is not None:
        case.last_words = glimpse(last.text)
        case.last_by_customer = last.author == Message.Author.CUSTOMER
    case.save(update_fields=["messages_count", "last_words", "last_by_customer"])
    save_draft(case_id=case.pk, text=message.text, internal=False, by=by, at=at)
    audit.record(
        act="desk.take_back_reply",
        subject=f"case:{case.pk}",
        by=by,
        at=at,
        details={"message": message.pk},
    )
    publish(ReplyTakenBack(case_id=case.pk, message_id=message.pk, by=by.ref, at=at))
    return message


@transaction.atomic
def add_note(
    *, case_id: int, text: str, by: Actor, at: datetime, files: Sequence[AttachedFile] = ()
) -> Message:
    """Write a note that only colleagues read."""
    case = locked_case(case_id)
    require(access.may_note(by, case))
    if not text.strip() and not files:
        raise NothingSaid
    _not_twice(case, text, by=by, at=at, internal=True)
    message = Message(
        case=case,
        author=Message.Author.STAFF,
        staff_id=by.staff_id,
        channel=case.channel,
        internal=True,
        text=text[:MAX_TEXT],
        at=at,
    )
    message.save(force_insert=True)
    attach(message, files)
    Case.objects.filter(pk=case.pk).update(changed_at=at)
    add_words(case, text)
    Draft.objects.filter(case=case, staff_id=by.person, internal=True).delete()
    audit.record(
        act="desk.add_note",
        subject=f"case:{case.pk}",
        by=by,
        at=at,
        details={"message": message.pk},
    )
    publish(NoteAdded(case_id=case.pk, message_id=message.pk, by=by.ref, at=at))
    return message


@transaction.atomic
def note_acknowledgement(
    *, case_id: int, text: str, mail_id: int | None, by: Actor, at: datetime
) -> Message:
    """Record that the customer was told her matter arrived; the promises this meets are met."""
    case = locked_case(case_id)
    message = Message(
        case=case,
        author=Message.Author.AUTOMATIC,
        channel=case.channel,
        text=text,
        at=at,
        left_at=at,
        mail_id=mail_id,
    )
    message.save(force_insert=True)
    happening = Happening.at_case(case, by=by, at=at)
    happening.hear("desk.acknowledged")
    happening.write()
    case.save()
    audit.record(act="desk.acknowledge", subject=f"case:{case.pk}", by=by, at=at)
    happening.tell()
    publish(Acknowledged(case_id=case.pk, by=by.ref, at=at))
    return message


@transaction.atomic
def note_mail(
    *, message_id: int, mail_id: int, mail_message_id: str, by: Actor, at: datetime
) -> None:
    """Remember which mail carries a message. Part of sending it, which is audited already."""
    Message.objects.filter(pk=message_id).update(mail_id=mail_id, mail_message_id=mail_message_id)


@transaction.atomic
def save_draft(*, case_id: int, text: str, internal: bool, by: Actor, at: datetime) -> None:
    """Keep what a person is writing; an empty text forgets it. Not audited."""
    mine = Draft.objects.filter(case_id=case_id, staff_id=by.person, internal=internal)
    if not text.strip():
        mine.delete()
        return
    Draft.objects.update_or_create(
        case_id=case_id,
        staff_id=by.person,
        internal=internal,
        defaults={"text": text[:MAX_TEXT], "saved_at": at},
    )


@transaction.atomic
def mark_read(*, case_id: int, by: Actor, at: datetime) -> None:
    """The owner has seen the newest words. Not audited."""
    Case.objects.filter(pk=case_id, owner_id=by.staff_id, unread=True).update(unread=False)
