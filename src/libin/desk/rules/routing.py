"""Who should have a case: a pure choice among the people who are here, with its reason."""

from collections.abc import Callable, Iterable
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
        return self.load < self.capacity


@dataclass(frozen=True, slots=True)
class Need:
    """What a case asks of the person who takes it.

    `criteria` are the handbook's, in its order; what is not among them decides nothing. `teams` are the teams
    that serve the lane and kind, `skills` the codes of fitting skills, the best first. `relaxed` holds what
    waiting has already lifted: "lane" (any team), "level" (any level), "role:<code>" or "team:<code>" (they too).
    """

    criteria: tuple[str, ...]
    lane: str
    teams: frozenset[str]
    min_level_rank: int
    language: str
    manager_id: int | None = None
    backup_id: int | None = None
    skills: tuple[str, ...] = ()
    relaxed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """The person chosen and why, as a code with values that the screens put into words."""

    staff_id: int
    why: dict[str, Any] = field(default_factory=dict)


def choose(need: Need, people: Iterable[Candidate]) -> Choice | None:
    """The customer's own people first, then the best of those who fit, by the criteria; None if nobody can."""
    here = {
        person.staff_id: person
        for person in people
        if person.has_room and (person.available or "presence" not in need.criteria)
    }
    own = {"account_manager": need.manager_id, "backup_manager": need.backup_id}
    for code in need.criteria:
        if (wanted := own.get(code)) in here:
            return _chosen(code, here[wanted], need)
    fitting = [person for person in here.values() if _fits(person, need)]
    if not fitting:
        return None
    best = min(fitting, key=lambda person: _order(person, need))
    return _chosen("relaxed" if need.relaxed else "lane", best, need)


def _fits(person: Candidate, need: Need) -> bool:
    too = {f"team:{code}" for code in person.teams} | {f"role:{code}" for code in person.roles}
    if too & need.relaxed:
        return True
    any_team = "team" not in need.criteria or "lane" in need.relaxed or not need.teams
    any_level = "level" not in need.criteria or "level" in need.relaxed
    return (any_team or bool(person.teams & need.teams)) and (
        any_level or person.level_rank >= need.min_level_rank
    )


def _order(person: Candidate, need: Need) -> tuple[Any, ...]:
    """Smaller is better: what the criteria say in their order, then who has waited longest for work."""
    ranks = (_RANKS[code](person, need) for code in need.criteria if code in _RANKS)
    return (*ranks, person.last_given_at or _NEVER, person.staff_id)


def _skill_rank(person: Candidate, need: Need) -> int:
    held = (place for place, code in enumerate(need.skills) if code in person.skills)
    return next(held, len(need.skills))


_RANKS: dict[str, Callable[[Candidate, Need], float]] = {
    "skill": _skill_rank,
    "language": lambda person, need: (
        bool(person.languages) and need.language not in person.languages
    ),
    "load": lambda person, need: person.load / person.capacity,
}


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
