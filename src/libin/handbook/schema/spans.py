"""Durations and hours as people write them: ``30 minutes``, ``2 working hours``, ``09:00-12:00``."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Final

_DURATION = re.compile(
    r"(?P<amount>[1-9][0-9]{0,4}) (?P<working>working )?(?P<unit>second|minute|hour|day)s?\Z"
)
_HOURS = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])\Z")
_SECONDS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of a unit, by the clock or of working time."""

    amount: int
    unit: str
    working: bool

    def seconds(self, day_minutes: int) -> int:
        """Seconds; a working day has ``day_minutes`` minutes, a day by the clock 24 hours."""
        if self.working and self.unit == "day":
            return self.amount * day_minutes * 60
        return self.amount * _SECONDS[self.unit]


def duration(text: str) -> Duration:
    """Read a duration. Raises ``ValueError`` when it is not one."""
    found = _DURATION.match(text)
    if not found:
        raise ValueError(text)
    return Duration(int(found["amount"]), found["unit"], bool(found["working"]))


def hours(text: str) -> tuple[time, time]:
    """Read a span of a day; ``24:00`` as the end becomes ``time.min``. Raises ``ValueError``."""
    found = _HOURS.match(text)
    if not found:
        raise ValueError(text)
    begins, ends = (int(found[1]), int(found[2])), (int(found[3]), int(found[4]))
    if begins >= ends or ends > (24, 0):
        raise ValueError(text)
    return time(*begins), time.min if ends == (24, 0) else time(*ends)
