"""The calendars that promises run on, as the handbook names them and the holidays are."""

import time
from datetime import date
from functools import lru_cache

from libin.desk.models import Holiday
from libin.handbook.rules import CalendarSpec, Handbook
from libin.kernel.calendar import BusinessCalendar, Span

_FRESH_SECONDS = 30.0
_MONDAY = 0

Days = tuple[tuple[date, bool], ...]
_known: tuple[float, Days] | None = None


def holidays() -> Days:
    """Public holidays and make-up working days; read again after half a minute."""
    global _known
    if _known is None or time.monotonic() - _known[0] > _FRESH_SECONDS:
        days = tuple(Holiday.objects.order_by("on").values_list("on", "working"))
        _known = (time.monotonic(), days)
    return _known[1]


def forget_holidays() -> None:
    """Have the next reader see a change at once."""
    global _known
    _known = None


def calendar(handbook: Handbook, code: str) -> BusinessCalendar:
    """The calendar of that code in this handbook."""
    spec = handbook.calendars[code]
    if spec.is_continuous:
        return BusinessCalendar(zone=spec.zone, always=True)
    return _built(_Key(spec), holidays() if spec.observes_holidays else ())


class _Key:
    """A calendar's definition, told apart by its code, zone and hours."""

    def __init__(self, spec: CalendarSpec) -> None:
        self.spec = spec
        self.plain = (spec.code, spec.zone, tuple(sorted(spec.weekly.items())))

    def __hash__(self) -> int:
        return hash(self.plain)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.plain == other.plain


@lru_cache(maxsize=256)
def _built(key: _Key, days: Days) -> BusinessCalendar:
    spec = key.spec
    weekly = [
        tuple(
            Span(
                opens.hour * 60 + opens.minute,
                closes.hour * 60 + closes.minute or 24 * 60,
            )
            for opens, closes in spec.weekly.get(day, ())
        )
        for day in range(7)
    ]
    return BusinessCalendar(
        zone=spec.zone,
        weekly=(weekly[0], weekly[1], weekly[2], weekly[3], weekly[4], weekly[5], weekly[6]),
        holidays=frozenset(day for day, working in days if not working),
        make_up={day: _MONDAY for day, working in days if working},
        known_until=max((day for day, _ in days), default=None),
    )
