"""The small marks of the screens: promise chips, tiers, severities, faces, spark lines; pure values for templates."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext

from libin.ui import formats

Height = Literal["top", "high", "plain"]
PromiseState = Literal["running", "kept", "broken", "paused", "void"]

PROMISE_ICONS = {
    "calm": "clock",
    "soon": "hourglass",
    "risk": "flame",
    "late": "alarm-clock",
    "kept": "check",
    "broken": "x",
    "paused": "pause",
    "void": "minus",
}
SEVERITY_ICONS = {"top": "chevrons-up", "high": "chevron-up", "plain": "equal"}
NEARLY = 75  # a warning at or beyond this share of the time shows as a risk
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, kw_only=True)
class PromiseMark:
    """One promise as a chip: what was promised, how it stands, and the rule it comes from.

    `warned` is the last warning given, in per cent of the promised time.
    """

    title: str
    state: PromiseState
    started_at: datetime
    due_at: datetime | None
    settled_at: datetime | None = None
    warned: int = 0
    rule_text: str = ""
    rule_url: str = ""

    def look(self, now: datetime) -> str:
        """How it looks now: calm, soon, risk, late while it runs; kept, broken, paused, void after."""
        if self.state != "running" or self.due_at is None:
            return self.state if self.state != "running" else "calm"
        if now >= self.due_at:
            return "late"
        if self.warned >= NEARLY:
            return "risk"
        return "soon" if self.warned else "calm"

    def words(self, now: datetime) -> str:
        """How it stands in words: "due in 18 min", "kept in 7 min", "overdue by 4 min", "paused"."""
        look = self.look(now)
        if look == "paused":
            return gettext("paused")
        if look == "void":
            return gettext("no longer applies")
        if look == "kept" and self.settled_at:
            return gettext("kept in %(length)s") % {
                "length": formats.between(self.started_at, self.settled_at)
            }
        if look == "broken" and self.due_at and self.settled_at:
            return gettext("late by %(length)s") % {
                "length": formats.between(self.due_at, self.settled_at)
            }
        if look in ("kept", "broken"):
            return gettext("kept") if look == "kept" else gettext("broken")
        if self.due_at is None:
            return gettext("running")
        pattern = (
            gettext("overdue by %(length)s") if look == "late" else gettext("due in %(length)s")
        )
        return pattern % {"length": formats.between(self.due_at, now)}


@dataclass(frozen=True, kw_only=True)
class StepMark:
    """One step of a process: its name, who, by when, what is expected, and whether it is done, now, late or next."""

    title: str
    state: Literal["done", "now", "late", "next", "skipped"]
    role: str = ""
    expected: str = ""
    person: str = ""
    due_at: datetime | None = None
    done_at: datetime | None = None
    limit_minutes: int | None = None


@dataclass(frozen=True, kw_only=True)
class TabMark:
    """One tab or view: its name, address, count and whether it is the present one."""

    title: str
    url: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, kw_only=True)
class PageMark:
    """Where a long list stands: the addresses before and after, and what is shown of how many."""

    first: int
    last: int
    total: int | None = None
    previous_url: str = ""
    next_url: str = ""


def height(rank: int, best: int, count: int) -> Height:
    """How strongly a rank shows: the best is "top", the upper half "high", the rest "plain"."""
    place = abs(rank - best)
    if place == 0:
        return "top"
    return "high" if place <= (count - 1) / 2 else "plain"


def initials(name: str, letters_at_most: int = 2) -> str:
    """One or two letters that stand for a person: the end of the given name in Chinese, the initials elsewhere."""
    clean = name.strip()
    if not clean:
        return "?"
    if _CHINESE.search(clean):
        letters = [c for c in clean if _CHINESE.match(c)]
        return "".join(letters[-letters_at_most:] if len(letters) > 2 else letters[-1:])
    parts = [p for p in re.split(r"[\s.@_-]+", clean) if p]
    return "".join(p[0] for p in parts[:letters_at_most]).upper() or "?"


def tint(name: str) -> int:
    """A quiet ground from 0 to 3 that stays the same for a name."""
    return sum(map(ord, name)) % 4


def spark_points(
    values: Sequence[float], width: int = 80, height_: int = 20
) -> list[tuple[float, float]]:
    """The points of a spark line inside width x height; a flat line when all values are equal."""
    if not values:
        return []
    low, high = min(values), max(values)
    spread = (high - low) or 1
    pad = 2
    step = (width - 2 * pad) / max(len(values) - 1, 1)
    middle = 0.5 if high == low else 0
    return [
        (
            round(pad + i * step, 1),
            round(pad + (height_ - 2 * pad) * (1 - ((v - low) / spread or middle)), 1),
        )
        for i, v in enumerate(values)
    ]
