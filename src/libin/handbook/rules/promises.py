"""What we promise a customer about time, and how a promise is paused or excused."""

from dataclasses import dataclass
from datetime import timedelta

from libin.handbook.rules.basis import Basis, Rule, When


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFamily(Rule):
    """What all rows of one promise have in common: its name and its meaning."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRule(Rule):
    """A duration promised from one event to another.

    ``starts_on`` and ``met_by`` are fact names (``desk.case_opened``, ``desk.replied``, ``desk.acknowledged``,
    ``desk.case_resolved``, ``desk.case_closed``, ...) or ``step:<code>`` for the completion of that step of the
    case's own process.
    """

    code: str
    """Which promise this is: ``first_reply``, ``next_update``, ``resolution``, ``close``, ..."""
    duration: timedelta
    basis: Basis
    calendar: str
    """Code of the calendar on which working time is counted."""
    cap_elapsed_minutes: int | None
    """By the clock at the latest this many minutes after the start; the earlier instant wins."""
    starts_on: str
    met_by: tuple[str, ...]
    """Any one of these events meets the promise."""
    renews: bool
    """Whether meeting it starts it again while the case is open (the next-update promise)."""
    pausable: bool
    warn_at: tuple[int, ...]
    """Percent of the duration used at which someone is warned."""
    when: When

    @property
    def duration_minutes(self) -> int:
        """Whole minutes of the duration; 0 for the few promises told in seconds."""
        return int(self.duration.total_seconds() // 60)

    @property
    def duration_seconds(self) -> int:
        """Seconds of the duration."""
        return int(self.duration.total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseReason(Rule):
    """A permitted reason for a promise to stand still, and for how long at most."""

    code: str
    max_minutes: int
    """Elapsed minutes after which the promise runs again by itself."""
    applies_to: frozenset[str]
    """Promise codes it may pause; empty means every pausable one."""
    resumes_on_reply: bool
    """Whether the customer's next message ends the pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachReason(Rule):
    """Why a promise was broken."""

    code: str
    forgivable: bool
    """Whether a supervisor may except the breach from the figures."""
