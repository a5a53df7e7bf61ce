"""Waiting for a permitted reason, and going on."""

from datetime import datetime, timedelta

from django.db import transaction

from libin.desk import access
from libin.desk.actions.case_events import Happening
from libin.desk.facts import Paused, Resumed
from libin.desk.models import Case, Pause
from libin.desk.queries.cases import locked_case
from libin.desk.rules import promises as timing
from libin.kernel import audit
from libin.kernel.access import Actor, require
from libin.kernel.errors import Refusal
from libin.kernel.outbox import publish


class AlreadyDone(Refusal):
    """This case is resolved or closed already."""


class WaitedLongEnough(Refusal):
    """The handbook does not let this case wait any longer for this reason."""


class NotAReasonToWait(Refusal):
    """The handbook does not allow waiting for this reason."""


class AlreadyWaiting(Refusal):
    """This case is waiting already."""


class NotWaiting(Refusal):
    """This case is not waiting."""


@transaction.atomic
def pause_case(*, case_id: int, reason: str, by: Actor, at: datetime) -> Case:
    """Let the pausable promises stand still, at most as long as the handbook permits for this reason."""
    case = locked_case(case_id)
    require(access.may_work_on(by, case, "desk.pause"))
    if case.is_done:
        raise AlreadyDone
    if case.state == Case.State.WAITING:
        raise AlreadyWaiting
    happening = Happening.at_case(case, by=by, at=at)
    rule = happening.handbook.pause_reasons.get(reason)
    if rule is None:
        raise NotAReasonToWait
    room = timedelta(minutes=rule.max_minutes) - _waited(case, reason)
    if room <= timedelta():
        raise WaitedLongEnough
    latest = at + room
    Pause.objects.create(case=case, reason=reason, by=by.ref, from_at=at, latest_at=latest)
    case.ever_paused = True
    case.state = Case.State.WAITING
    case.changed_at = at
    happening.pause(timing.Pause(at, latest))
    happening.write()
    case.save()
    audit.record(
        act="desk.pause_case", subject=f"case:{case.pk}", by=by, at=at, details={"reason": reason}
    )
    publish(Paused(case_id=case.pk, reason=reason, by=by.ref, at=at))
    return case


def _waited(case: Case, reason: str) -> timedelta:
    """How long a case has waited for a reason in all."""
    past = Pause.objects.filter(case=case, reason=reason, until_at__isnull=False)
    return sum(
        (until - since for since, until in past.values_list("from_at", "until_at") if until),
        timedelta(),
    )


@transaction.atomic
def resume_case(*, case_id: int, by: Actor, at: datetime) -> Case:
    """Go on: what is left of each promised time runs again. Raises NotWaiting."""
    case = locked_case(case_id)
    require(access.may_work_on(by, case, "desk.pause"))
    if case.state != Case.State.WAITING:
        raise NotWaiting
    happening = Happening.at_case(case, by=by, at=at)
    end_pause(happening)
    happening.write()
    case.save()
    return case


def end_pause(happening: Happening) -> None:
    """End the running pause of a waiting case and say so."""
    case, by, at = happening.case, happening.by, happening.at
    Pause.objects.filter(case=case, until_at=None).update(until_at=at)
    case.state = Case.State.OPEN
    case.changed_at = at
    happening.resume()
    audit.record(act="desk.resume_case", subject=f"case:{case.pk}", by=by, at=at)
    publish(Resumed(case_id=case.pk, by=by.ref, at=at))


def end_pause_on_reply(happening: Happening) -> None:
    """The customer has spoken: waiting for her is over, other reasons stay."""
    running = Pause.objects.filter(case=happening.case, until_at=None).first()
    reasons = happening.handbook.pause_reasons
    reason = reasons.get(running.reason) if running else None
    if reason is None or reason.resumes_on_reply:
        end_pause(happening)
