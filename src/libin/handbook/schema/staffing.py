"""The form of roles, departments, groups, levels, lanes, teams, routing and the escalation ladder."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from libin.handbook.schema.basis import Code, Entry, Natural, Positive, Within, Words

Criterion = Literal[
    "account_manager", "backup_manager", "team", "skill", "language", "level", "presence", "load"
]
Goal = Annotated[
    str, StringConstraints(pattern=r"^(lane|level|(role|team):[A-Za-z][A-Za-z0-9_-]*)$")
]


class RoleEntry(Entry):
    """What a person is here to do, and may do."""

    permissions: list[str]
    duties: Annotated[list[Words], Field(min_length=1)]


class DepartmentEntry(Entry):
    """A department."""


class GroupEntry(Entry):
    """A standing group across departments."""

    roles: list[Code]


class LevelEntry(Entry):
    """A level of skill; rank 1 is the lowest."""

    rank: Positive
    capacity_async: Natural
    capacity_live: Natural


class LaneEntry(Entry):
    """A queue of its own; rank 1 is served first."""

    rank: Positive
    classes: Annotated[list[Code], Field(min_length=1)]
    min_level: Code


class TeamEntry(Entry):
    """A team; without kinds it serves every kind."""

    department: Code
    lanes: list[Code]
    kinds: list[Code] = []
    size_min: Positive
    size_max: Positive


class OverflowEntry(Entry):
    """Whom a waiting case is offered to after some time."""

    after: Within
    to: Goal


class RoutingEntry(Entry):
    """How the right person is found."""

    criteria: Annotated[list[Criterion], Field(min_length=1)]
    overflow: list[OverflowEntry] = []


class EscalationEntry(Entry):
    """One rung of the ladder; the first listed is the first climbed."""

    role: Code
    within: Within
    on_breach_of: list[Code] = []
    emergency_may_skip_here: bool = False
