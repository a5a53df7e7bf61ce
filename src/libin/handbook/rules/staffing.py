"""Who serves: roles, departments, teams, levels, lanes, routing and the escalation ladder."""

from collections.abc import Mapping
from dataclasses import dataclass

from libin.handbook.rules.basis import Rule, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Rule):
    """What a person is here to do, and may do."""

    code: str
    permissions: frozenset[str]
    duties: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Department(Rule):
    """A department of the organisation."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingGroup(Rule):
    """A group that exists across departments."""

    code: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level(Rule):
    """A level of skill of a member of staff."""

    code: str
    rank: int
    """1 is the lowest level."""
    capacity_async: int
    """Written matters one person of this level holds at once."""
    capacity_live: int
    """Live conversations one person of this level holds at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane(Rule):
    """A queue of its own, for certain service classes."""

    code: str
    rank: int
    """1 is served first."""
    service_classes: tuple[str, ...]
    min_level: str
    """Code of the lowest level that serves this lane."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSpec(Rule):
    """A team as the handbook wants it."""

    code: str
    department: str
    lanes: tuple[str, ...]
    kinds: tuple[str, ...]
    """Kinds the team serves; empty means every kind."""
    size_min: int
    size_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overflow(Rule):
    """Whom a waiting case is offered to after some time."""

    after_seconds: int
    to: str
    """``lane`` (everyone of the lane), ``level`` (any level), ``role:<code>`` or ``team:<code>``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing(Rule):
    """How the right person is found."""

    criteria: tuple[str, ...]
    """In order: ``account_manager``, ``backup_manager``, ``team``, ``skill``, ``language``, ``level``, ``presence``, ``load``."""
    lane_of_class: Mapping[str, str]
    """Service class code to lane code."""
    overflow: tuple[Overflow, ...]
    """In order of waiting time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationLevel(Rule):
    """One rung of the ladder a case climbs when it cannot be solved where it is."""

    code: str
    rank: int
    """1 is the first rung."""
    role: str
    """Code of the role that takes the case at this rung."""
    within_minutes: int
    """A brief and a person within this many elapsed minutes."""
    on_breach_of: frozenset[str]
    """Promise codes whose breach raises a case to this rung by itself."""
    emergency_may_skip_here: bool
    """Whether an emergency may come here directly."""
