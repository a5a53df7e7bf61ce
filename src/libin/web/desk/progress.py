"""Promises and process of one case, made ready for the screen."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from libin.desk.queries.page import CaseView, PromiseView, StepView
from libin.ui.marks import PromiseMark, StepMark
from libin.web.desk.lines import STATES, act_url
from libin.web.desk.naming import Names, rule_url, said
from libin.web.desk.pages import BrokenPromise, ProcessShown, PromisesShown

STEPS_AHEAD = 2


def promises_shown(view: CaseView, names: Names, at: datetime, query: str) -> PromisesShown:
    """What was promised, as the query ordered it: the most pressing first."""
    return PromisesShown(
        running=tuple(promise_mark(p, names, at) for p in view.promises if p.settled_at is None),
        settled=tuple(promise_mark(p, names, at) for p in view.promises if p.settled_at),
        broken=tuple(
            _broken(p, names, view.case.pk, query) for p in view.promises if p.state == "broken"
        ),
    )


def process_shown(view: CaseView, names: Names, at: datetime, query: str) -> ProcessShown:
    """The process up to two steps ahead; the rest can be unfolded."""
    process = view.handbook.processes[view.case.process]
    running = next((step for step in view.steps if step.running), None)
    reached = max((place for place, s in enumerate(view.steps) if s.started_at), default=0)
    soon = reached + 1 + STEPS_AHEAD
    people = {f"staff:{held.staff_id}": held.staff.name for held in view.assignments}
    people |= {f"staff:{m.staff_id}": m.staff.name for m in view.messages if m.staff}
    by_hand = running is not None and running.step.completes_on == "manual"
    return ProcessShown(
        title=said(process.title),
        url=rule_url(process.id),
        steps=tuple(_step(step, names, people, at) for step in view.steps[:soon]),
        later=tuple(_step(step, names, people, at) for step in view.steps[soon:]),
        step_url=act_url(view.case.pk, "step", query)
        if by_hand and not view.case.is_closed
        else "",
    )


def promise_mark(promise: PromiseView, names: Names, at: datetime) -> PromiseMark:
    """A promise as a chip; a broken one that nobody has met yet counts on as overdue."""
    state = STATES.get(promise.state, "running")
    late_still = state == "broken" and promise.settled_at is None
    return PromiseMark(
        title=names.promise(promise.rule_id, promise.code),
        state="running" if late_still else state,
        started_at=promise.started_at,
        due_at=promise.due_at,
        settled_at=promise.settled_at,
        warned=_warned(promise, at),
        rule_text=said(promise.rule.text) if promise.rule else "",
        rule_url=rule_url(promise.rule_id),
    )


def _warned(promise: PromiseView, at: datetime) -> int:
    whole = promise.due_at - promise.started_at
    if promise.rule is None or whole <= timedelta(0):
        return 0
    used = 100 * ((at - promise.started_at) / whole)
    return max((percent for percent in promise.rule.warn_at if percent <= used), default=0)


def _broken(promise: PromiseView, names: Names, case_id: int, query: str) -> BrokenPromise:
    return BrokenPromise(
        title=names.promise(promise.rule_id, promise.code),
        reason=names.breach_reason(promise.breach_reason) if promise.breach_reason else "",
        explain_url=act_url(case_id, "breach", query),
        forgiven=promise.forgiven,
    )


def _step(view: StepView, names: Names, people: Mapping[str, str], at: datetime) -> StepMark:
    late = view.running and view.due_at is not None and view.due_at <= at
    ended = "skipped" if view.skipped else "done"
    state = ended if view.done_at else "late" if late else "now" if view.running else "next"
    return StepMark(
        title=said(view.step.title),
        state=state,  # type: ignore[arg-type]
        role=names.role(view.step.role),
        person=people.get(view.done_by, ""),
        expected=said(view.step.expected),
        due_at=view.due_at,
        done_at=view.done_at,
        limit_minutes=view.step.limit.minutes if view.step.limit else None,
    )
