"""What happens when a promised time draws near or has passed, with nobody doing anything."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min

from libin.desk.actions.case_events import Happening, next_wake, occasion_of, pauses_of
from libin.desk.actions.waiting import end_pause
from libin.desk.facts import PromiseBroken, PromiseWarned
from libin.desk.models import Case, Message, Pause, Promise
from libin.desk.queries.clocks import calendar
from libin.desk.rules import promises as timing
from libin.handbook import queries as handbooks
from libin.handbook.actions import observe_all
from libin.handbook.rules import PromiseRule
from libin.kernel.access import Actor
from libin.kernel.outbox import publish_all

PORTION = 200
_LEAVING = timedelta(seconds=5)


@transaction.atomic
def look_at_due_promises(*, by: Actor, at: datetime) -> int:
    """Warn about or break the promises whose instant has come, at most 200; how many were looked at.

    Many workers may call it at once: each takes rows that no other holds. Running it twice does nothing twice,
    because `wake_at` moves in the same transaction. A case that somebody acts on right now is left for the next look:
    an answer written in time settles its promise, however late it commits.
    """
    promises = list(
        Promise.objects.select_for_update(skip_locked=True, of=("self", "case"))
        .filter(wake_at__lte=at)
        .select_related("case", "case__team")
        .order_by("wake_at", "id")[:PORTION]
    )
    written = _written_in_time(promises, at)
    broken: list[Promise] = []
    warned: list[Promise] = []
    for promise in promises:
        rule = handbooks.version(promise.case.handbook_id).rules.get(promise.rule)
        if not isinstance(rule, PromiseRule):
            promise.wake_at = None
        elif "desk.replied" in rule.met_by and _in_time(promise, written, at):
            promise.wake_at = at + _LEAVING
        elif promise.due_at <= at:
            promise.state, promise.broken_at, promise.wake_at = (
                Promise.State.BROKEN,
                promise.due_at,
                None,
            )
            broken.append(promise)
        else:
            _warn(promise, rule, at)
            warned.append(promise)
    Promise.objects.bulk_update(promises, ["state", "broken_at", "wake_at", "warned"])
    _note(broken, warned, by=by, at=at)
    return len(promises)


def _in_time(promise: Promise, written: Mapping[int, datetime], at: datetime) -> bool:
    """Whether a promise that is due has an answer that only waits to leave."""
    answered_at = written.get(promise.case_id)
    return promise.due_at <= at and answered_at is not None and answered_at <= promise.due_at


def _warn(promise: Promise, rule: PromiseRule, at: datetime) -> None:
    case = promise.case
    pauses = pauses_of(case) if case.ever_paused else ()
    hours = calendar(handbooks.version(case.handbook_id), rule.calendar)
    commitment = timing.Commitment(rule, promise.started_at, hours, pauses)
    reached = [point.percent for point in commitment.warnings() if point.at and point.at <= at]
    promise.warned = max([promise.warned, *reached])
    promise.wake_at = next_wake(commitment, promise, at)


def _written_in_time(promises: Sequence[Promise], at: datetime) -> dict[int, datetime]:
    """Cases whose answer was written already but has not left yet, with when the first such answer was written."""
    due = [promise.case_id for promise in promises if promise.due_at <= at]
    if not due:
        return {}
    waiting = Message.objects.filter(
        case_id__in=due,
        author=Message.Author.STAFF,
        internal=False,
        left_at=None,
        taken_back_at=None,
    )
    return dict(waiting.order_by().values_list("case_id").annotate(Min("at")))


def _note(broken: Sequence[Promise], warned: Sequence[Promise], *, by: Actor, at: datetime) -> None:
    if broken:
        observe_all(
            occasion_of(
                promise.case,
                promise.rule,
                occasion=f"{promise.code}:{promise.round}",
                kept=False,
                by=by,
                at=promise.due_at,
            )
            for promise in broken
        )
    publish_all(
        [
            *(
                PromiseBroken(case_id=p.case_id, promise_id=p.pk, code=p.code, by=by.ref, at=at)
                for p in broken
            ),
            *(
                PromiseWarned(
                    case_id=p.case_id, promise_id=p.pk, percent=p.warned, by=by.ref, at=at
                )
                for p in warned
                if p.warned
            ),
        ]
    )


@transaction.atomic
def end_overlong_pauses(*, by: Actor, at: datetime) -> int:
    """Let cases run again whose pause has lasted as long as the handbook permits; how many."""
    overlong = Pause.objects.filter(until_at=None, latest_at__lte=at).order_by("latest_at")
    ended = 0
    for case in (
        Case.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(pk__in=overlong.values("case_id")[:PORTION])
        .select_related("team")
        .order_by("pk")
    ):
        pause = overlong.filter(case=case).first()
        if pause is None:  # somebody ended it while we waited for the case
            continue
        happening = Happening.at_case(case, by=by, at=pause.latest_at)
        end_pause(happening)
        happening.write()
        case.save()
        ended += 1
    return ended
