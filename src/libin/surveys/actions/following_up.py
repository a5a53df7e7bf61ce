"""A low score is followed up: taken on, spoken about, and noted when it took too long."""

from datetime import datetime

from django.db import transaction

from libin.handbook import actions as handbook_actions
from libin.kernel import audit
from libin.kernel.access import Actor, require
from libin.kernel.errors import Refusal
from libin.kernel.outbox import publish
from libin.surveys import access
from libin.surveys.facts import FollowedUp, FollowUpOverdue, FollowUpTaken
from libin.surveys.models import FollowUp
from libin.surveys.queries import locked_follow_up, overdue


class AlreadyFollowedUp(Refusal):
    """This low score has been followed up already."""


class ResultMissing(Refusal):
    """Please note what came of it."""


@transaction.atomic
def take_follow_up(*, follow_up_id: int, staff_id: int, by: Actor, at: datetime) -> FollowUp:
    """Say who looks after a low score. Raises NoSuchFollowUp, AlreadyFollowedUp."""
    follow_up = _open(follow_up_id, by=by)
    follow_up.owner_id = staff_id
    follow_up.save(update_fields=["owner"])
    invitation = follow_up.answer.invitation
    _note("surveys.take_follow_up", follow_up, by=by, at=at)
    publish(
        FollowUpTaken(
            case_id=invitation.case_id,
            invitation_id=invitation.pk,
            follow_up_id=follow_up.pk,
            staff_id=staff_id,
            by=by.ref,
            at=at,
        )
    )
    return follow_up


@transaction.atomic
def finish_follow_up(*, follow_up_id: int, result: str, by: Actor, at: datetime) -> FollowUp:
    """Note what came of a follow-up. Raises NoSuchFollowUp, AlreadyFollowedUp, ResultMissing."""
    follow_up = _open(follow_up_id, by=by)
    if not result.strip():
        raise ResultMissing
    follow_up.done_at = at
    follow_up.done_by = by.ref
    follow_up.result = result.strip()
    follow_up.owner_id = follow_up.owner_id or by.staff_id
    follow_up.save(update_fields=["done_at", "done_by", "result", "owner"])
    in_time = at <= follow_up.due_at
    if follow_up.overdue_noted_at is None:
        _observe(follow_up, kept=in_time, by=by, at=at)
    invitation = follow_up.answer.invitation
    _note("surveys.finish_follow_up", follow_up, by=by, at=at)
    publish(
        FollowedUp(
            case_id=invitation.case_id,
            invitation_id=invitation.pk,
            follow_up_id=follow_up.pk,
            in_time=in_time,
            by=by.ref,
            at=at,
        )
    )
    return follow_up


@transaction.atomic
def note_overdue(*, by: Actor, at: datetime) -> int:
    """Count follow-ups whose time has passed as broken, once each. Returns how many."""
    late = list(
        FollowUp.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("answer__invitation")
        .filter(pk__in=overdue(at), done_at=None, overdue_noted_at=None)
    )
    for follow_up in late:
        follow_up.overdue_noted_at = at
        follow_up.save(update_fields=["overdue_noted_at"])
        _observe(follow_up, kept=False, by=by, at=at)
        invitation = follow_up.answer.invitation
        publish(
            FollowUpOverdue(
                case_id=invitation.case_id,
                invitation_id=invitation.pk,
                follow_up_id=follow_up.pk,
                by=by.ref,
                at=at,
            )
        )
    return len(late)


def _open(follow_up_id: int, *, by: Actor) -> FollowUp:
    follow_up = locked_follow_up(by, follow_up_id)
    require(access.may_follow_up(by, follow_up))
    if follow_up.done_at is not None:
        raise AlreadyFollowedUp
    return follow_up


def _observe(follow_up: FollowUp, *, kept: bool, by: Actor, at: datetime) -> None:
    invitation = follow_up.answer.invitation
    handbook_actions.observe(
        rule_id=follow_up.rule,
        version_id=invitation.handbook_id,
        subject_kind="case",
        subject_id=invitation.case_id,
        occasion=f"follow-up:{follow_up.pk}",
        kept=kept,
        person_id=follow_up.owner_id,
        team=invitation.team,
        tier=invitation.tier,
        service_class=invitation.service_class,
        value=(at - follow_up.opened_at).total_seconds() / 60,
        by=by,
        at=at,
    )


def _note(act: str, follow_up: FollowUp, *, by: Actor, at: datetime) -> None:
    audit.record(
        act=act,
        subject=f"case:{follow_up.answer.invitation.case_id}",
        by=by,
        at=at,
        details={"follow_up": follow_up.pk, "owner": follow_up.owner_id},
    )
