"""Whom we serve and how a matter is classed: tiers, kinds, severities, channels, hours, outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from libin.handbook.rules.basis import Mode, Rule, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceClass(Rule):
    """A group of tiers that is promised the same times."""

    code: str
    rank: int
    """1 is served first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement(Rule):
    """What a tier grants."""

    code: str
    quota: int | None
    """Times per period; ``None`` is unlimited."""
    period: str
    """``month``, ``quarter``, ``year`` or ``always``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier(Rule):
    """A customer tier."""

    code: str
    rank: int
    """1 is the highest tier."""
    service_class: str
    entitlements: tuple[str, ...]
    resource_factor: float
    """Resource baseline of this tier over the standard one."""
    account_manager: bool
    """Whether customers of this tier have a dedicated person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic(Rule):
    """A type of question or category of complaint within a kind."""

    code: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseKind(Rule):
    """A kind of matter, with the process that handles it."""

    code: str
    process: str
    severity_default: str
    keywords: tuple[str, ...]
    topics: tuple[Topic, ...]
    on_form: bool
    """Whether a customer may choose this kind on the web form."""
    default: bool
    """The kind of a message that fits no other; exactly one kind is the default."""
    survey: str | None
    """Code of the survey sent after closing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity(Rule):
    """How pressing a matter is."""

    code: str
    definition: Text
    examples: tuple[Text, ...]
    rank: int
    """1 is the most pressing."""
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Complexity(Rule):
    """How hard a matter is to answer; for routing only."""

    code: str
    rank: int
    """1 is the simplest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel(Rule):
    """A way to reach us, and its policy."""

    code: str
    mode: Mode
    acknowledge: bool
    """Whether a first message is acknowledged automatically."""
    coverage: str
    """Code of the calendar in which the channel is staffed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSpec(Rule):
    """Hours of service in one zone; holidays and make-up days are operational data, not handbook data."""

    code: str
    zone: str
    """IANA name, for example ``Asia/Shanghai``."""
    weekly: Mapping[int, tuple[tuple[time, time], ...]]
    """Weekday (Monday is 0) to its spans; an end of ``time.min`` means midnight at the end of that day."""
    observes_holidays: bool
    """Whether public holidays close this calendar and make-up working days open it with Monday's hours."""
    day_minutes: int
    """Working minutes that one "working day" of a promise means on this calendar."""

    @property
    def is_continuous(self) -> bool:
        """Open every minute of every day."""
        whole = ((time.min, time.min),)
        return not self.observes_holidays and all(self.weekly.get(day) == whole for day in range(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Rule):
    """How a case can end."""

    code: str
    kinds: frozenset[str]
    """Kinds that may end so; empty means any."""
    solved: bool
    """Whether this counts as resolved for the customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule(Rule):
    """How long a kind of record is kept."""

    code: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Rule):
    """One number of daily practice, for example the seconds in which a sent reply can be taken back."""

    code: str
    value: int
    unit: str
    """``seconds``, ``minutes``, ``hours``, ``days`` or ``count``."""
