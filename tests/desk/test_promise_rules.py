"""A promise falls due exactly when a stopwatch, stopped during pauses, would say so."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libin.desk.rules.promises import Commitment, Pause, State, better
from libin.kernel.calendar import CLOSED, BusinessCalendar, Span

MINUTE = timedelta(minutes=1)
OFFICE = (Span.of("09:00", "12:00"), Span.of("13:00", "18:00"))
CALENDAR = BusinessCalendar(
    zone="Asia/Shanghai",
    weekly=(OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, CLOSED, CLOSED),
    holidays=frozenset({date(2026, 11, 25)}),
    make_up={date(2026, 11, 28): 0},
)


@dataclass(frozen=True)
class Rule:
    duration: timedelta
    basis: Literal["elapsed", "working"] = "working"
    cap_elapsed_minutes: int | None = None
    pausable: bool = True
    warn_at: tuple[int, ...] = (50, 80, 100)


def hours(count: float, **more: object) -> Rule:
    return Rule(timedelta(hours=count), **more)  # type: ignore[arg-type]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def promised(rule: Rule, start: str, *pauses: tuple[str, str | None]) -> Commitment:
    return Commitment(
        terms=rule,
        started_at=at(start),
        calendar=CALENDAR,
        pauses=tuple(Pause(at(a), at(b) if b else None) for a, b in pauses),
    )


rules = st.builds(
    Rule,
    duration=st.integers(0, 900).map(lambda n: n * MINUTE),
    basis=st.sampled_from(["elapsed", "working"]),
    cap_elapsed_minutes=st.none() | st.integers(0, 2000),
    pausable=st.booleans(),
    warn_at=st.just((100,)),
)
minutes = st.integers(0, 6 * 1440)


@st.composite
def commitments(draw: st.DrawFn) -> Commitment:
    start = at("11-20T08:00")
    pauses = []
    for _ in range(draw(st.integers(0, 3))):
        since = draw(st.integers(-100, 3000))
        until = draw(st.none() | st.integers(since, since + 2000))
        pauses.append(
            Pause(start + since * MINUTE, None if until is None else start + until * MINUTE)
        )
    return Commitment(draw(rules), start, CALENDAR, tuple(pauses))


def stopwatch(promise: Commitment, limit: int = 12 * 1440) -> datetime | None:
    """The due instant by brute force: walk minute by minute and count."""
    now, worked, waited = promise.started_at, 0, 0
    target = promise.terms.duration // MINUTE
    cap = promise.terms.cap_elapsed_minutes
    for _ in range(limit):
        if worked >= target or (cap is not None and waited >= cap):
            return now
        if not promise.is_paused(now):
            worked += promise.terms.basis == "elapsed" or CALENDAR.is_open(now)
            waited += 1
        now += MINUTE
    return None


@settings(max_examples=200, deadline=None)
@given(commitments())
def test_the_due_instant_is_the_one_a_stopwatch_finds(promise: Commitment) -> None:
    assert stopwatch(promise) == promise.due_at


@settings(max_examples=200, deadline=None)
@given(commitments(), minutes)
def test_a_promise_is_used_up_from_its_due_instant_on_and_not_before(
    promise: Commitment, later: int
) -> None:
    now, due = promise.started_at + later * MINUTE, promise.due_at
    if promise.terms.duration and promise.terms.cap_elapsed_minutes != 0:
        assert (promise.used(now) >= 1) == (due is not None and now >= due)
    assert (promise.state(now) is State.BROKEN) == (due is not None and now >= due)


@settings(max_examples=200, deadline=None)
@given(commitments(), st.integers(1, 3000), st.integers(1, 3000))
def test_a_pause_never_brings_the_due_instant_forward(
    promise: Commitment, since: int, length: int
) -> None:
    begin = promise.started_at + since * MINUTE
    longer = promise.paused(begin, begin + length * MINUTE)
    if promise.due_at is None:
        assert longer.due_at is None
    elif longer.due_at is not None:
        assert longer.due_at >= promise.due_at


@settings(max_examples=200, deadline=None)
@given(commitments(), rules, minutes)
def test_a_changed_promise_is_never_worse_than_the_one_already_given(
    held: Commitment, rule: Rule, later: int
) -> None:
    now = held.started_at + later * MINUTE
    chosen = better(held, Commitment(rule, now, CALENDAR), at=now)
    assert chosen.remaining(now) <= held.remaining(now)


def test_working_hours_run_over_the_weekend() -> None:
    assert promised(hours(2), "11-20T17:00").due_at == at("11-23T10:00")


def test_elapsed_hours_run_through_the_night() -> None:
    assert promised(hours(2, basis="elapsed"), "11-20T23:00").due_at == at("11-21T01:00")


def test_nobody_waits_longer_than_the_cap_by_the_clock() -> None:
    promise = promised(hours(24, cap_elapsed_minutes=24 * 60, pausable=False), "11-20T17:00")
    assert promise.due_at == at("11-21T17:00")


def test_an_early_duration_wins_over_a_late_cap() -> None:
    promise = promised(hours(1, cap_elapsed_minutes=24 * 60), "11-20T09:00")
    assert promise.due_at == at("11-20T10:00")


def test_a_pause_moves_the_due_instant_by_the_working_time_it_covers() -> None:
    promise = promised(hours(2), "11-20T09:00", ("11-20T10:00", "11-20T14:00"))
    assert promise.due_at == at("11-20T15:00")


def test_a_pause_over_the_night_costs_nothing() -> None:
    promise = promised(hours(2), "11-20T17:00", ("11-20T19:00", "11-21T08:00"))
    assert promise.due_at == at("11-23T10:00")


def test_a_promise_that_may_not_be_paused_runs_on() -> None:
    promise = promised(hours(2, pausable=False), "11-20T09:00", ("11-20T10:00", None))
    assert promise.due_at == at("11-20T11:00")
    assert promise.state(at("11-20T10:30")) is State.RUNNING


def test_a_pause_without_an_end_has_no_due_instant_until_it_is_resumed() -> None:
    promise = promised(hours(2), "11-20T09:00", ("11-20T10:00", None))
    assert promise.due_at is None
    assert promise.state(at("11-23T09:00")) is State.PAUSED
    assert promise.resumed(at("11-23T09:00")).due_at == at("11-23T10:00")


def test_a_pause_with_a_limit_keeps_its_due_instant_and_ends_by_itself() -> None:
    promise = promised(hours(2), "11-20T09:00", ("11-20T10:00", "11-20T11:00"))
    assert promise.state(at("11-20T10:59")) is State.PAUSED
    assert promise.state(at("11-20T11:00")) is State.RUNNING
    assert promise.due_at == at("11-20T12:00")


def test_overlapping_pauses_stop_the_clock_once() -> None:
    promise = promised(
        hours(2),
        "11-20T09:00",
        ("11-20T10:00", "11-20T11:00"),
        ("11-20T10:30", "11-20T11:30"),
    )
    assert promise.due_at == at("11-20T13:30")


def test_a_pause_before_the_start_counts_only_from_the_start() -> None:
    promise = promised(hours(1), "11-20T09:00", ("11-20T08:00", "11-20T10:00"))
    assert promise.due_at == at("11-20T11:00")


def test_warnings_come_at_half_four_fifths_and_the_whole() -> None:
    promise = promised(hours(10), "11-19T09:00")
    assert [(w.percent, w.at) for w in promise.warnings()] == [
        (50, at("11-19T15:00")),
        (80, at("11-19T18:00")),
        (100, at("11-20T11:00")),
    ]
    assert promise.warnings()[-1].at == promise.due_at


def test_a_warning_before_an_endless_pause_still_stands() -> None:
    promise = promised(hours(2), "11-20T09:00", ("11-20T10:30", None))
    assert [w.at for w in promise.warnings()] == [at("11-20T10:00"), None, None]


def test_meeting_a_promise_at_the_due_instant_keeps_it_and_later_breaks_it() -> None:
    promise = promised(hours(1), "11-20T09:00")
    due = at("11-20T10:00")
    assert promise.state(due + MINUTE, met_at=due) is State.KEPT
    assert promise.state(due + MINUTE, met_at=due + MINUTE) is State.BROKEN
    assert promise.state(due) is State.BROKEN


def test_a_promise_met_during_an_endless_pause_is_kept() -> None:
    promise = promised(hours(1), "11-20T09:00", ("11-20T09:30", None))
    assert promise.state(at("11-30T09:00"), met_at=at("11-29T09:00")) is State.KEPT


def test_remaining_time_is_negative_when_late_and_stands_still_while_paused() -> None:
    late = promised(hours(1), "11-20T09:00")
    assert late.remaining(at("11-20T10:15")) == timedelta(minutes=-15)
    paused = promised(hours(1, basis="elapsed"), "11-20T09:00", ("11-20T09:20", None))
    assert paused.remaining(at("11-20T09:30")) == timedelta(minutes=40)
    assert paused.remaining(at("11-25T09:30")) == timedelta(minutes=40)


def test_a_raised_severity_shortens_what_is_left() -> None:
    held = promised(hours(8), "11-20T09:00")
    urgent = promised(hours(2), "11-20T10:00")
    assert better(held, urgent, at=at("11-20T10:00")) is urgent


def test_a_lowered_severity_takes_nothing_back() -> None:
    held = promised(hours(2), "11-20T09:00")
    general = promised(hours(8), "11-20T10:00")
    assert better(held, general, at=at("11-20T10:00")) is held


def test_of_two_equal_promises_the_one_already_given_stays() -> None:
    held = promised(hours(2), "11-20T10:00")
    assert better(held, promised(hours(2), "11-20T10:00"), at=at("11-20T10:00")) is held


@pytest.mark.parametrize("percent", [50, 80, 100])
def test_the_share_used_agrees_with_the_warnings(percent: int) -> None:
    promise = promised(hours(5, cap_elapsed_minutes=1000), "11-20T16:00")
    warning = next(w for w in promise.warnings() if w.percent == percent)
    assert warning.at is not None
    assert promise.used(warning.at) == pytest.approx(percent / 100)
