"""When a promise falls due, warns and is broken: a function of its terms, its start, its pauses and a calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol

from libin.kernel.calendar import ZERO, BusinessCalendar, always_open

BY_THE_CLOCK = always_open()


class Terms(Protocol):
    """The part of a handbook's promise rule that decides about time."""

    @property
    def duration(self) -> timedelta: ...
    @property
    def basis(self) -> Literal["elapsed", "working"]: ...
    @property
    def cap_elapsed_minutes(self) -> int | None: ...
    @property
    def pausable(self) -> bool: ...
    @property
    def warn_at(self) -> tuple[int, ...]: ...


class State(StrEnum):
    """How a promise stands."""

    RUNNING = "running"
    PAUSED = "paused"
    KEPT = "kept"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Pause:
    """The promise stands still from `since` to before `until`.

    A pause with a limit carries its limit as `until` from the first moment, so that the due instant is known
    while it lasts; resuming early moves `until` forward. None is a pause without an end.
    """

    since: datetime
    until: datetime | None

    def covers(self, at: datetime) -> bool:
        """Whether the promise stands still at this instant."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class WarningPoint:
    """The instant at which `percent` of a promise is used up; None while a pause without end keeps it away."""

    percent: int
    at: datetime | None


@dataclass(frozen=True)
class Commitment:
    """One promise to one customer: what was promised, since when, on which calendar, with which pauses.

    Pauses count only for pausable terms, and stop both clocks: the duration's own and the cap's. The cap bounds how
    long the customer waits for us, not how long we wait for the customer.
    """

    terms: Terms
    started_at: datetime
    calendar: BusinessCalendar
    pauses: tuple[Pause, ...] = ()

    @property
    def due_at(self) -> datetime | None:
        """The instant at which the promise is used up; None while a pause without end keeps it away."""
        return self._used_up(1, 1)

    def warnings(self) -> tuple[WarningPoint, ...]:
        """One warning per percentage of the terms, in rising order."""
        return tuple(
            WarningPoint(percent, self._used_up(percent, 100))
            for percent in sorted(self.terms.warn_at)
        )

    def is_paused(self, at: datetime) -> bool:
        """Whether the promise stands still at this instant."""
        return self.terms.pausable and any(pause.covers(at) for pause in self.pauses)

    def state(self, at: datetime, met_at: datetime | None = None) -> State:
        """How the promise stands at this instant; meeting it at the due instant itself keeps it."""
        due = self.due_at
        if met_at is not None:
            return State.KEPT if due is None or met_at <= due else State.BROKEN
        if due is not None and at >= due:
            return State.BROKEN
        return State.PAUSED if self.is_paused(at) else State.RUNNING

    def remaining(self, at: datetime) -> timedelta:
        """Time by the wall clock until due, negative when late; while paused, as if it resumed at `at`."""
        due = self.resumed(at).due_at
        if due is None:  # pragma: no cover - a resumed promise has no pause without end
            raise ValueError("a resumed promise must fall due")
        return due - at

    def used(self, at: datetime) -> float:
        """The share of the promise used up at this instant: 0 at the start, 1 when due, more when late."""
        ran = [(min(end, at) if end else at, begin) for begin, end in self._running() if begin < at]
        worked = sum((self._clock.working_between(begin, end) for end, begin in ran), ZERO)
        shares = [_share(worked, self.terms.duration)]
        if self._cap is not None:
            shares.append(_share(sum((end - begin for end, begin in ran), ZERO), self._cap))
        return max(shares)

    def paused(self, since: datetime, until: datetime | None) -> Commitment:
        """The commitment with one more pause."""
        return replace(self, pauses=(*self.pauses, Pause(since, until)))

    def resumed(self, at: datetime) -> Commitment:
        """The commitment with every pause that reaches beyond `at` ended at `at`."""
        pauses = (
            Pause(p.since, at) if p.until is None or p.until > at else p
            for p in self.pauses
            if p.since < at
        )
        return replace(self, pauses=tuple(pauses))

    @property
    def _clock(self) -> BusinessCalendar:
        return self.calendar if self.terms.basis == "working" else BY_THE_CLOCK

    @property
    def _cap(self) -> timedelta | None:
        minutes = self.terms.cap_elapsed_minutes
        return None if minutes is None else timedelta(minutes=minutes)

    def _used_up(self, part: int, whole: int) -> datetime | None:
        reached = self._reached(self._clock, self.terms.duration * part / whole)
        if self._cap is None:
            return reached
        capped = self._reached(BY_THE_CLOCK, self._cap * part / whole)
        return min((at for at in (reached, capped) if at is not None), default=None)

    def _reached(self, clock: BusinessCalendar, amount: timedelta) -> datetime | None:
        """The earliest instant by which `amount` has passed on `clock` outside the pauses."""
        if amount <= ZERO:
            return self.started_at
        for begin, end in self._running():
            if end is None:
                return clock.after(begin, amount)
            available = clock.working_between(begin, end)
            if amount <= available:
                return clock.after(begin, amount)
            amount -= available
        return None

    def _running(self) -> Iterator[tuple[datetime, datetime | None]]:
        """The stretches in which the promise runs, in order; the last has no end unless it is paused for good."""
        begin = self.started_at
        for pause in sorted(self._counted_pauses(), key=lambda pause: pause.since):
            if pause.since > begin:
                yield begin, pause.since
            if pause.until is None:
                return
            begin = max(begin, pause.until)
        yield begin, None

    def _counted_pauses(self) -> Sequence[Pause]:
        return self.pauses if self.terms.pausable else ()


def better(held: Commitment, offered: Commitment, *, at: datetime) -> Commitment:
    """Which of two commitments the customer gets after a change of severity or tier: the one due sooner.

    What was promised stays promised, so `held` wins a tie. Both are compared as if their pauses ended at `at`; give
    `offered` the pauses of `held` when it starts before `at`.
    """
    return offered if offered.remaining(at) < held.remaining(at) else held


def _share(part: timedelta, whole: timedelta) -> float:
    return part / whole if whole else 1.0
