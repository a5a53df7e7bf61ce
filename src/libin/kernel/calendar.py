"""Business time as pure arithmetic: opening hours, public holidays, make-up working days and daylight saving."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

MINUTES_A_DAY = 24 * 60
DAY = timedelta(days=1)
ZERO = timedelta()
# A service closed for longer than this without one open minute is a mistake in its hours, not a holiday.
LONGEST_CLOSURE = 400 * DAY
REMEMBERED_DAYS = 2000


class NeverOpens(ValueError):
    """The calendar has no open minute within 400 days of the instant asked about."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open from minute `opens` to before minute `closes` of one local day (0 to 1440, wall clock)."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= MINUTES_A_DAY:
            raise ValueError(f"not a span of one day: {self.opens} to {self.closes}")

    @classmethod
    def of(cls, opens: str, closes: str) -> Span:
        """A span from wall-clock texts such as "09:00" and "18:00"; "24:00" is the end of the day."""
        return cls(_minute(opens), _minute(closes))


Hours = tuple[Span, ...]
Window = tuple[datetime, datetime]
CLOSED: Hours = ()


@dataclass(frozen=True)
class BusinessCalendar:
    """When a service is open.

    `weekly` holds the hours of Monday (0) to Sunday (6). `make_up` gives a date other hours than its
    weekday's: a weekday number whose hours it borrows, or hours of its own; it outranks `holidays`.
    `known_until` is the last local date whose holidays are settled; later answers follow the weekly
    hours alone, and `is_settled` tells so. An instant is open when its local wall-clock time lies in a
    span, so an hour that daylight saving repeats counts twice and one that it skips not at all.
    All instants going in must be aware; all coming out are UTC.
    """

    zone: str
    weekly: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours] = (CLOSED,) * 7
    holidays: frozenset[date] = frozenset()
    make_up: Mapping[date, int | Hours] = field(default_factory=lambda: MappingProxyType({}))
    always: bool = False
    known_until: date | None = None
    _seen: dict[date, tuple[Window, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        ZoneInfo(self.zone)
        for hours in (*self.weekly, *(h for h in self.make_up.values() if not isinstance(h, int))):
            if any(later.opens < earlier.closes for earlier, later in pairwise(hours)):
                raise ValueError("the spans of a day must be in order and apart")

    def hours_on(self, day: date) -> Hours:
        """The hours of a local date."""
        special = self.make_up.get(day)
        if special is not None:
            return self.weekly[special] if isinstance(special, int) else special
        return CLOSED if day in self.holidays else self.weekly[day.weekday()]

    def is_open(self, at: datetime) -> bool:
        """Whether the service is open at this instant."""
        if self.always:
            return True
        return any(opens <= at < closes for opens, closes in self._windows_of(_utc(at).date()))

    def next_open(self, at: datetime) -> datetime:
        """The earliest open instant at or after `at`. Raises NeverOpens."""
        at = _utc(at)
        if self.always:
            return at
        for opens, closes in self._windows_from(at):
            if closes > at:
                return max(opens, at)
        raise NeverOpens(self.zone)  # pragma: no cover - _windows_from raises first

    def add_working(self, start: datetime, minutes: float) -> datetime:
        """The earliest instant by which `minutes` of open time have passed since `start`. Raises NeverOpens."""
        return self.after(start, timedelta(minutes=minutes))

    def after(self, start: datetime, work: timedelta) -> datetime:
        """As `add_working`, for an amount of open time. A negative amount is a ValueError."""
        start = _utc(start)
        if work < ZERO:
            raise ValueError("time cannot be worked backwards")
        if self.always or work == ZERO:
            return start + work
        for opens, closes in self._windows_from(start):
            opens = max(opens, start)
            if opens >= closes:
                continue
            if work <= closes - opens:
                return opens + work
            work -= closes - opens
        raise NeverOpens(self.zone)  # pragma: no cover - _windows_from raises first

    def working_between(self, begin: datetime, end: datetime) -> timedelta:
        """The open time from `begin` to `end`; zero when `end` is not after `begin`."""
        begin, end = _utc(begin), _utc(end)
        if end <= begin:
            return ZERO
        if self.always:
            return end - begin
        total, day = ZERO, begin.date()
        while day <= end.date():
            for opens, closes in self._windows_of(day):
                total += max(ZERO, min(closes, end) - max(opens, begin))
            day += DAY
        return total

    def working_minutes_between(self, begin: datetime, end: datetime) -> float:
        """The open time from `begin` to `end` in minutes."""
        return self.working_between(begin, end) / timedelta(minutes=1)

    def is_settled(self, at: datetime) -> bool:
        """Whether the holidays of the local date of this instant are known."""
        if self.always or self.known_until is None:
            return True
        return at.astimezone(ZoneInfo(self.zone)).date() <= self.known_until

    def _windows_from(self, start: datetime) -> Iterator[Window]:
        day, last_seen = start.date(), start
        while True:
            windows = self._windows_of(day)
            yield from windows
            if windows:
                last_seen = windows[-1][1]
            day += DAY
            if datetime(day.year, day.month, day.day, tzinfo=UTC) - last_seen > LONGEST_CLOSURE:
                raise NeverOpens(self.zone)

    def _windows_of(self, utc_day: date) -> tuple[Window, ...]:
        """The open windows within one UTC day, in order of time."""
        windows = self._seen.get(utc_day)
        if windows is None:
            if len(self._seen) >= REMEMBERED_DAYS:
                self._seen.clear()
            windows = self._seen[utc_day] = tuple(self._compute_windows(utc_day))
        return windows

    def _compute_windows(self, utc_day: date) -> list[Window]:
        windows = []
        for begin, end, offset in _stretches(self.zone, utc_day):
            local_day = (begin + offset).date()
            while (midnight := _midnight(local_day) - offset) < end:
                for span in self.hours_on(local_day):
                    opens = max(begin, midnight + timedelta(minutes=span.opens))
                    closes = min(end, midnight + timedelta(minutes=span.closes))
                    if opens < closes:
                        windows.append((opens, closes))
                local_day += DAY
        return windows


def always_open(zone: str = "UTC") -> BusinessCalendar:
    """A calendar that is open around the clock, every day."""
    return BusinessCalendar(zone=zone, always=True)


def _minute(text: str) -> int:
    hours, _, minutes = text.partition(":")
    if not (hours.isdigit() and minutes.isdigit() and int(minutes) < 60):
        raise ValueError(f"not a time of day: {text}")
    return int(hours) * 60 + int(minutes)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("business time needs aware instants")
    return at.astimezone(UTC)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@lru_cache(maxsize=4096)
def _stretches(zone: str, utc_day: date) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """One UTC day cut where the zone's offset changes: (begin, end, offset) in order.

    Works on UTC days rather than local ones, because a local day may be missing (Samoa 2011), or come in two
    pieces (Newfoundland fell back across midnight).
    """
    begin, end = _midnight(utc_day), _midnight(utc_day) + DAY
    marks = [begin + timedelta(hours=6 * n) for n in range(5)]
    cuts = [begin]
    for left, right in pairwise(marks):
        if _offset(zone, left) != _offset(zone, right):
            cuts.append(_change_between(zone, left, right))
    cuts.append(end)
    return tuple((a, b, _offset(zone, a)) for a, b in pairwise(cuts) if a < b)


def _change_between(zone: str, left: datetime, right: datetime) -> datetime:
    """The first instant, to the second, at which the zone has the offset of `right`."""
    before = _offset(zone, left)
    low, high = 0, int((right - left).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, left + timedelta(seconds=middle)) == before:
            low = middle
        else:
            high = middle
    return left + timedelta(seconds=high)


def _offset(zone: str, at: datetime) -> timedelta:
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    return offset if offset is not None else ZERO
