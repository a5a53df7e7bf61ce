"""Our own mail that did not arrive: told by its server at once, or by a report later."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from libin.channels import access
from libin.channels.facts import DeliveryFailed
from libin.channels.models import MessageIndex, Undelivered
from libin.channels.parsing.shape import FailedRecipient
from libin.channels.queries import placing
from libin.desk.actions import Incoming, add_note, receive_message
from libin.desk.models import Case
from libin.kernel import audit, mail
from libin.kernel.access import Actor, require
from libin.kernel.errors import NotFound, Refusal
from libin.kernel.models import Job, OutgoingMail
from libin.kernel.outbox import publish

FINAL = ("failed", "")


class NothingToRepeat(Refusal):
    """This has been tried again or sent already."""


@transaction.atomic
def note_bounce(
    *,
    inbound_id: int,
    message_ids: Sequence[str],
    failed: Sequence[FailedRecipient],
    by: Actor,
    at: datetime,
) -> int | None:
    """Record a report about a mail of ours and tell its case; returns the case.

    Only a report that knows our Message-ID counts: nobody else can have it. A mere delay is not recorded.
    """
    ours = OutgoingMail.objects.filter(message_id__in=[f"<{one}>" for one in message_ids]).first()
    if ours is None:
        return None
    entry = MessageIndex.objects.filter(
        channel=placing.EMAIL, id_hash=placing.id_hash(ours.message_id)
    ).first()
    case_id = entry.case_id if entry else None
    told = [one for one in failed if one.action in FINAL] if failed else [_UNKNOWN]
    new = 0
    for one in told:
        _row, made = Undelivered.objects.get_or_create(
            mail=ours,
            recipient=one.email,
            defaults={
                "inbound_id": inbound_id,
                "status": one.status,
                "diagnostic": one.diagnostic,
                "at": at,
            },
        )
        new += made
    if new and entry and entry.case:
        words = _words(entry.case, told[0].status, told[0].diagnostic)
        incoming = Incoming(text=words, verified=False, sender_note="bounce", automatic=True)
        receive_message(case_id=entry.case.pk, incoming=incoming, by=by, at=at)
    if new:
        audit.record(act="channels.note_bounce", subject=f"mail:{ours.pk}", by=by, at=at)
        publish(DeliveryFailed(mail_id=ours.pk, case_id=case_id, by=by.ref, at=at))
    return case_id


_UNKNOWN = FailedRecipient(email="", action="failed", status="", diagnostic="")


def _words(case: Case, status: str, diagnostic: str) -> str:
    with translation.override(case.language or settings.LANGUAGE_CODE):
        words = _("Our mail could not be delivered to the customer: %(status)s %(diagnostic)s")
    return (words % {"status": status, "diagnostic": diagnostic}).strip()


@transaction.atomic
def note_failed(*, mail_id: int, by: Actor, at: datetime) -> None:
    """Tell a case that a mail of ours about it failed for good. Mail about no case is left to the screen of mails."""
    failed = OutgoingMail.objects.filter(pk=mail_id, state=OutgoingMail.State.FAILED).first()
    if failed is None:
        return
    about, _colon, number = failed.subject_ref.partition(":")
    case = Case.objects.filter(pk=int(number)).first() if about == "case" else None
    if case is not None:
        add_note(case_id=case.pk, text=_words(case, failed.answer, ""), by=by, at=at)
    audit.record(act="channels.note_failed", subject=f"mail:{mail_id}", by=by, at=at)
    publish(DeliveryFailed(mail_id=mail_id, case_id=case.pk if case else None, by=by.ref, at=at))


@transaction.atomic
def send_again(*, mail_id: int, by: Actor, at: datetime) -> None:
    """Try once more to send a mail that its server refused."""
    require(access.may_manage(by))
    if not mail.send_again(mail_id=mail_id, at=at):
        raise NothingToRepeat
    audit.record(act="channels.send_again", subject=f"mail:{mail_id}", by=by, at=at)


@transaction.atomic
def note_seen(*, undelivered_id: int, by: Actor, at: datetime) -> None:
    """A person has seen to a mail that did not arrive."""
    require(access.may_manage(by))
    if not Undelivered.objects.filter(pk=undelivered_id, seen_at=None).update(seen_at=at):
        raise NotFound
    audit.record(act="channels.note_seen", subject=f"undelivered:{undelivered_id}", by=by, at=at)


@transaction.atomic
def run_again(*, job_id: int, by: Actor, at: datetime) -> None:
    """Try once more a piece of work that was given up."""
    require(access.may_manage(by))
    waiting = Job.objects.filter(pk=job_id, given_up=True)
    if not waiting.update(given_up=False, attempts=0, due_at=at):
        raise NothingToRepeat
    audit.record(act="channels.run_again", subject=f"job:{job_id}", by=by, at=at)
