"""Who should have a case: a pure choice among the people who are here, with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person as routing sees her. `level_rank` counts from 1, the lowest; `load` is open cases held."""

    staff_id: int
    available: bool
    level_rank: int
    teams: frozenset[str]
    roles: frozenset[str]
    languages: frozenset[str]
    skills: frozenset[str]
    capacity: int
    load: int
    last_given_at: datetime | None = None

    @property
    def has_room(self) -> bool:
        return self.available and self.load < self.capacity


@dataclass(frozen=True, slots=True)
class Need:
    """What a case asks of the person who takes it.

    `teams` are the teams that serve its lane and kind. `relaxed` holds what waiting has already lifted:
    "lane" (any team), "level" (any level), "supervisor", or "team:<code>" (that team too).
    """

    lane: str
    teams: frozenset[str]
    min_level_rank: int
    language: str
    manager_id: int | None = None
    backup_id: int | None = None
    skill: str = ""
    relaxed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """The person chosen and why, as a code with values that the screens put into words."""

    staff_id: int
    why: dict[str, Any] = field(default_factory=dict)


def choose(need: Need, people: Iterable[Candidate]) -> Choice | None:
    """The customer's own manager, then her backup, then the least loaded person who fits; None if nobody can."""
    here = {person.staff_id: person for person in people if person.has_room}
    for code, wanted in (("account_manager", need.manager_id), ("backup_manager", need.backup_id)):
        if wanted in here:
            return _chosen(code, here[wanted], need)
    fitting = [person for person in here.values() if _fits(person, need)]
    if not fitting:
        return None
    best = min(fitting, key=lambda person: _order(person, need))
    return _chosen("relaxed" if need.relaxed else "lane", best, need)


def _fits(person: Candidate, need: Need) -> bool:
    if any(f"team:{code}" in need.relaxed for code in person.teams):
        return True
    if "supervisor" in need.relaxed and "supervisor" in person.roles:
        return True
    of_team = "lane" in need.relaxed or not need.teams or bool(person.teams & need.teams)
    of_level = "level" in need.relaxed or person.level_rank >= need.min_level_rank
    return of_team and of_level


def _order(person: Candidate, need: Need) -> tuple[Any, ...]:
    """Speaks the language, has the skill, carries least for her capacity, has waited longest for work."""
    return (
        bool(person.languages) and need.language not in person.languages,
        bool(need.skill) and need.skill not in person.skills,
        person.load / person.capacity,
        person.last_given_at or _NEVER,
        person.staff_id,
    )


def _chosen(code: str, person: Candidate, need: Need) -> Choice:
    return Choice(
        person.staff_id,
        {
            "code": code,
            "lane": need.lane,
            "load": person.load,
            "capacity": person.capacity,
            "relaxed": sorted(need.relaxed),
        },
    )
