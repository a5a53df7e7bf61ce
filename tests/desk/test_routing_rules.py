"""Who gets a case: the customer's own manager, her backup, then the least loaded who fits."""

from datetime import UTC, datetime
from typing import Any

import pytest

from libin.desk.rules.routing import Candidate, Need, choose

pytestmark = pytest.mark.row("D8")
EARLY = datetime(2026, 11, 18, 1, tzinfo=UTC)
LATE = datetime(2026, 11, 18, 2, tzinfo=UTC)
CRITERIA = (
    "account_manager",
    "backup_manager",
    "team",
    "skill",
    "language",
    "level",
    "presence",
    "load",
)


def person(number: int, **changed: Any) -> Candidate:
    plain: dict[str, Any] = {
        "staff_id": number,
        "available": True,
        "level_rank": 2,
        "teams": frozenset({"front"}),
        "roles": frozenset({"agent"}),
        "languages": frozenset({"zh-hans"}),
        "skills": frozenset(),
        "capacity": 5,
        "load": 0,
    }
    return Candidate(**(plain | changed))


def need(**changed: Any) -> Need:
    plain: dict[str, Any] = {
        "criteria": CRITERIA,
        "lane": "standard",
        "teams": frozenset({"front"}),
        "min_level_rank": 1,
        "language": "zh-hans",
    }
    return Need(**(plain | changed))


def chosen(wanted: Need, *people: Candidate) -> tuple[int, str] | None:
    choice = choose(wanted, people)
    return (choice.staff_id, choice.why["code"]) if choice else None


def test_the_account_manager_comes_before_everybody() -> None:
    assert chosen(need(manager_id=2, backup_id=3), person(1), person(2, load=4), person(3)) == (
        2,
        "account_manager",
    )


@pytest.mark.parametrize("away", [{"available": False}, {"load": 5}])
def test_the_backup_stands_in_when_the_manager_cannot(away: dict[str, Any]) -> None:
    assert chosen(need(manager_id=2, backup_id=3), person(1), person(2, **away), person(3)) == (
        3,
        "backup_manager",
    )


def test_then_whoever_carries_least_for_her_capacity() -> None:
    assert chosen(need(), person(1, load=2), person(2, load=3, capacity=10)) == (2, "lane")


def test_equals_take_turns() -> None:
    assert chosen(need(), person(1, last_given_at=LATE), person(2, last_given_at=EARLY)) == (
        2,
        "lane",
    )
    assert chosen(need(), person(1, last_given_at=LATE), person(2)) == (2, "lane")


def test_language_and_skill_come_before_load() -> None:
    english = person(2, languages=frozenset({"en"}), load=4)
    assert chosen(need(language="en"), person(1), english) == (2, "lane")
    skilled = person(3, skills=frozenset({"repair"}), load=4)
    assert chosen(need(skills=("repair",)), person(1), skilled) == (3, "lane")


@pytest.mark.parametrize(
    "unfit",
    [
        {"available": False},
        {"load": 5},
        {"capacity": 0},
        {"teams": frozenset({"workshop"})},
        {"level_rank": 1},
    ],
)
def test_nobody_who_does_not_fit_is_chosen(unfit: dict[str, Any]) -> None:
    assert chosen(need(min_level_rank=2), person(1, **unfit)) is None


@pytest.mark.parametrize(
    ("relaxed", "who"),
    [
        ({"lane"}, {"teams": frozenset({"workshop"})}),
        ({"level"}, {"level_rank": 0}),
        (
            {"role:chief"},
            {"roles": frozenset({"chief"}), "teams": frozenset(), "level_rank": 0},
        ),
        ({"team:workshop"}, {"teams": frozenset({"workshop"}), "level_rank": 0}),
    ],
)
def test_waiting_lifts_what_the_handbook_says(relaxed: set[str], who: dict[str, Any]) -> None:
    wanted = {"min_level_rank": 2}
    assert chosen(need(**wanted), person(1, **who)) is None
    assert chosen(need(**wanted, relaxed=frozenset(relaxed)), person(1, **who)) == (1, "relaxed")


@pytest.mark.parametrize(
    ("criterion", "asked", "better"),
    [
        ("account_manager", {"manager_id": 2}, {"load": 4}),
        ("backup_manager", {"backup_id": 2}, {"load": 4}),
        ("skill", {"skills": ("repair",)}, {"skills": frozenset({"repair"}), "load": 4}),
        ("language", {"language": "en"}, {"languages": frozenset({"en"}), "load": 4}),
        ("load", {}, {"load": -1, "last_given_at": LATE}),
    ],
)
def test_a_criterion_the_handbook_leaves_out_prefers_nobody(
    criterion: str, asked: dict[str, Any], better: dict[str, Any]
) -> None:
    without = tuple(code for code in CRITERIA if code != criterion)
    first, second = person(1), person(2, **better)
    for listed, who in ((CRITERIA, 2), (without, 1)):
        choice = choose(need(criteria=listed, **asked), [first, second])
        assert choice
        assert choice.staff_id == who


@pytest.mark.parametrize(
    ("criterion", "unfit"),
    [
        ("team", {"teams": frozenset({"workshop"})}),
        ("level", {"level_rank": 0}),
        ("presence", {"available": False}),
    ],
)
def test_a_criterion_the_handbook_leaves_out_keeps_nobody_away(
    criterion: str, unfit: dict[str, Any]
) -> None:
    without = tuple(code for code in CRITERIA if code != criterion)
    assert choose(need(), [person(1, **unfit)]) is None
    assert chosen(need(criteria=without), person(1, **unfit)) == (1, "lane")


def test_the_order_of_the_criteria_is_the_handbooks() -> None:
    english, repairer = (
        person(1, languages=frozenset({"en"})),
        person(2, skills=frozenset({"repair"})),
    )
    asked = {"language": "en", "skills": ("repair",)}
    assert chosen(need(criteria=("language", "skill"), **asked), english, repairer) == (1, "lane")
    assert chosen(need(criteria=("skill", "language"), **asked), english, repairer) == (2, "lane")
    owned = {"manager_id": 1, "backup_id": 2}
    backward = ("backup_manager", "account_manager")
    assert chosen(need(criteria=backward, **owned), english, repairer) == (2, "backup_manager")


def test_who_knows_the_topic_comes_before_who_knows_the_kind() -> None:
    kind, topic = (
        person(1, skills=frozenset({"complaint"})),
        person(2, skills=frozenset({"invoice"}), load=4),
    )
    asked = need(skills=("invoice", "complaint"))
    assert chosen(asked, kind, topic, person(3)) == (2, "lane")
    assert chosen(asked, kind, person(3)) == (1, "lane")


def test_the_reason_tells_the_load() -> None:
    choice = choose(need(), [person(1, load=2)])
    assert choice is not None
    assert (choice.why["load"], choice.why["capacity"]) == (2, 5)


def test_nobody_here_is_nobody() -> None:
    assert choose(need(), []) is None
