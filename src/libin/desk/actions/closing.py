"""The end of a case: resolved, closed, opened again; steps done by hand; what kind of matter it is."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from libin.desk import access
from libin.desk.actions.case_events import Happening
from libin.desk.actions.reopening import reopen
from libin.desk.actions.waiting import AlreadyDone, end_pause
from libin.desk.facts import CaseClosed, CaseResolved, Reclassified
from libin.desk.models import Case, Message, Promise
from libin.desk.queries.cases import locked_case
from libin.desk.rules import promises as timing
from libin.handbook import queries as handbooks
from libin.handbook.rules import PromiseRule
from libin.kernel import audit
from libin.kernel.access import Actor, require
from libin.kernel.errors import Refusal
from libin.kernel.outbox import publish


class NotDoneYet(Refusal):
    """This case is still open."""


class UnknownOutcome(Refusal):
    """Please choose how this ended."""


class UnknownSeverity(Refusal):
    """Please choose how pressing this is."""


class NoOpenStep(Refusal):
    """Every step of this case is done."""


class ChooseNextStep(Refusal):
    """Please choose how it goes on from here."""


@transaction.atomic
def resolve_case(
    *,
    case_id: int,
    outcome: str,
    by: Actor,
    at: datetime,
    self_assessment: Mapping[str, str] | None = None,
) -> Case:
    """Say that the matter is solved. The case closes by itself later, or when the customer agrees."""
    case = locked_case(case_id)
    require(access.may_work_on(by, case, "desk.resolve"))
    if case.is_done:
        raise AlreadyDone
    happening = Happening.at_case(case, by=by, at=at)
    _known_outcome(happening, outcome)
    count_leaving_answers(happening)
    if case.state == Case.State.WAITING:
        end_pause(happening)
    case.state = Case.State.RESOLVED
    case.outcome = outcome
    case.resolved_at = case.changed_at = at
    case.unread = False
    if self_assessment:
        case.self_assessment = {
            key: str(words)[:2000] for key, words in self_assessment.items() if words
        }
    happening.hear("desk.case_resolved")
    happening.write()
    case.save()
    audit.record(
        act="desk.resolve_case",
        subject=f"case:{case.pk}",
        by=by,
        at=at,
        details={"outcome": outcome},
    )
    happening.tell()
    publish(CaseResolved(case_id=case.pk, outcome=outcome, by=by.ref, at=at))
    return case


@transaction.atomic
def close_case(
    *,
    case_id: int,
    by: Actor,
    at: datetime,
    outcome: str = "",
    self_assessment: Mapping[str, str] | None = None,
) -> Case:
    """End the case: its promises are settled, its open step passed, the customer is asked how it was."""
    case = locked_case(case_id)
    require(access.may_work_on(by, case, "desk.close"))
    if case.is_closed:
        raise AlreadyDone
    happening = Happening.at_case(case, by=by, at=at)
    outcome = outcome or case.outcome
    _known_outcome(happening, outcome)
    count_leaving_answers(happening)
    if case.state == Case.State.WAITING:
        end_pause(happening)
    was_resolved, case.state = case.state == Case.State.RESOLVED, Case.State.CLOSED
    if not was_resolved:
        happening.event("desk.case_resolved")
        case.resolved_at = at
    case.outcome = outcome
    case.closed_at = case.changed_at = at
    case.unread = False
    if self_assessment:
        case.self_assessment = {
            key: str(words)[:2000] for key, words in self_assessment.items() if words
        }
    happening.hear("desk.case_closed")
    _drop_rest(happening)
    happening.write()
    case.risk_at = None
    case.save()
    audit.record(
        act="desk.close_case", subject=f"case:{case.pk}", by=by, at=at, details={"outcome": outcome}
    )
    happening.tell()
    publish(CaseClosed(case_id=case.pk, outcome=outcome, by=by.ref, at=at))
    return case


def count_leaving_answers(happening: Happening) -> None:
    """Count answers that wait for their undo from when they were written: the case ends with them said."""
    ending = happening.at
    leaving = Message.objects.filter(
        case=happening.case,
        author=Message.Author.STAFF,
        internal=False,
        taken_back_at=None,
        left_at=None,
    )
    for written_at in leaving.order_by("at").values_list("at", flat=True):
        happening.at = written_at
        happening.hear("desk.replied")
        happening.case.first_replied_at = happening.case.first_replied_at or written_at
    happening.at = ending


def _known_outcome(happening: Happening, outcome: str) -> None:
    known = happening.handbook.outcomes.get(outcome)
    if known is None or (known.kinds and happening.case.kind not in known.kinds):
        raise UnknownOutcome


def _drop_rest(happening: Happening) -> None:
    """What can no longer be met after closing stops running: a running promise falls away, a broken one ends."""
    for promise in happening.promises:
        if promise.is_open:
            if promise.state != Promise.State.BROKEN:
                promise.state = Promise.State.DROPPED
            promise.settled_at = happening.at
            promise.wake_at = None
            happening.changed.append(promise)


@transaction.atomic
def reopen_case(*, case_id: int, by: Actor, at: datetime) -> Case:
    """Begin anew with a resolved or closed case."""
    case = locked_case(case_id)
    require(access.may_reopen(by))
    if not case.is_done:
        raise NotDoneYet
    happening = Happening.at_case(case, by=by, at=at)
    reopen(happening)
    case.changed_at = at
    happening.write()
    case.save()
    return case


@transaction.atomic
def tell_case(*, case_id: int, event: str, by: Actor, at: datetime) -> None:
    """Let a case hear of something from a room above: promises and steps that wait for it are met and passed."""
    case = locked_case(case_id)
    happening = Happening.at_case(case, by=by, at=at)
    happening.hear(event)
    happening.write()
    case.save(update_fields=["risk_at"])
    audit.record(
        act="desk.tell_case", subject=f"case:{case.pk}", by=by, at=at, details={"event": event}
    )
    happening.tell()


@transaction.atomic
def complete_step(
    *, case_id: int, by: Actor, at: datetime, chosen: str = "", result: str = ""
) -> Case:
    """Say that the open step is done; at a branch `chosen` names the step that follows."""
    case = locked_case(case_id)
    require(access.may_work_on(by, case, "desk.reply"))
    happening = Happening.at_case(case, by=by, at=at)
    running = happening.running_step
    if running is None:
        raise NoOpenStep
    running.result = result[:4000]
    try:
        happening.finish_step(running, chosen)
    except KeyError:
        raise ChooseNextStep from None
    case.changed_at = at
    happening.write()
    case.save()
    audit.record(
        act="desk.complete_step",
        subject=f"case:{case.pk}",
        by=by,
        at=at,
        details={"step": running.step, "chosen": chosen},
    )
    happening.tell()
    return case


@transaction.atomic
def classify_case(*, case_id: int, severity: str, by: Actor, at: datetime) -> Case:
    """Say how pressing the matter is. Promises are decided anew; what was promised sooner stays promised."""
    case = locked_case(case_id)
    require(access.may_work_on(by, case, "desk.reply"))
    handbook = handbooks.version(case.handbook_id)
    if severity not in handbook.severities:
        raise UnknownSeverity
    before, case.severity, case.changed_at = case.severity, severity, at
    happening = Happening.at_case(case, by=by, at=at)
    for promise in happening.promises:
        _decide_anew(happening, promise)
    for rule in happening.rules():
        if rule.starts_on == "desk.case_opened" and not happening.ever(rule.code):
            happening.start(rule)
    happening.write()
    case.save()
    audit.record(
        act="desk.classify_case",
        subject=f"case:{case.pk}",
        by=by,
        at=at,
        details={"severity": [before, severity]},
    )
    publish(Reclassified(case_id=case.pk, kind=case.kind, severity=severity, by=by.ref, at=at))
    return case


def _decide_anew(happening: Happening, promise: Promise) -> None:
    held = happening.handbook.rules.get(promise.rule)
    offered = next((rule for rule in happening.rules() if rule.code == promise.code), None)
    running = promise.is_open and promise.state in (Promise.State.RUNNING, Promise.State.PAUSED)
    if not running or offered is None or not isinstance(held, PromiseRule) or held.id == offered.id:
        return
    now = happening.commitment(held, promise.started_at)
    then = happening.commitment(offered, promise.started_at)
    if timing.better(now, then, at=happening.at) is then:
        promise.rule = offered.id
        if not offered.pausable:
            promise.state = Promise.State.RUNNING
        promise.due_at = then.due_at or promise.due_at
        promise.warned = 0
        promise.wake_at = min((w.at for w in then.warnings() if w.at), default=promise.due_at)
        happening.changed.append(promise)
