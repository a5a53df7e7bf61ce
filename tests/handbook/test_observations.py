"""Occasions are counted exactly once, and the counters equal a recount whatever happens."""

import random
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from libin.handbook import actions, queries
from libin.handbook.actions import Occasion
from libin.handbook.models import Observation, RuleDay
from libin.kernel.access import SYSTEM, automation
from tests.handbook.samples import MORNING, folder, publish

RULES = ["promise.first-reply.A.urgent", "promise.first-reply.B.general", "promise.complaint.close"]
ROBOT = automation("clock")


@pytest.fixture
def version_id(db: None) -> int:
    return publish(folder()).pk


def occasion(version_id: int, **values: Any) -> Occasion:
    """An occasion of class A's first reply at case 1, kept, unless said otherwise."""
    usual = Occasion(
        rule_id=RULES[0], version_id=version_id, subject_kind="case", subject_id=1,
        occasion="first_reply:1", kept=True, person_id=7, team="concierge",
        tier="diamond", service_class="A", value=420.0, by="staff:7", at=MORNING,
    )  # fmt: skip
    return replace(usual, **values)


def observe(version_id: int, **values: Any) -> int:
    with transaction.atomic():
        return actions.observe_all([occasion(version_id, **values)])


def take_back(*, excepted: bool = False) -> bool:
    return actions.reverse_observation(
        rule_id=RULES[0], subject_kind="case", subject_id=1, occasion="first_reply:1",
        excepted=excepted, by=SYSTEM, at=MORNING,
    )  # fmt: skip


def counted() -> dict[str, tuple[int, int]]:
    at = MORNING + timedelta(days=10)
    return {m.rule_id: (m.kept, m.broken) for m in queries.margins(RULES, at=at, days=90).values()}


@pytest.mark.row("H6")
def test_an_occasion_counts_once_however_often_it_is_told(version_id: int) -> None:
    assert observe(version_id) == 1
    assert observe(version_id) == 0
    assert observe(version_id, kept=False) == 0
    assert counted() == {RULES[0]: (1, 0)} == queries.recount(RULES)


@pytest.mark.row("H6")
def test_a_correction_is_a_row_of_its_own_and_the_figure_is_right_again(version_id: int) -> None:
    observe(version_id, kept=False)
    assert take_back()
    assert not take_back()
    assert counted() == {}
    observe(version_id, kept=True)
    assert counted() == {RULES[0]: (1, 0)} == queries.recount(RULES)
    assert Observation.objects.count() == 3
    assert Observation.objects.filter(reverses__isnull=False).count() == 1


@pytest.mark.row("H6")
def test_an_exception_is_taken_from_the_broken_and_counted_as_such(version_id: int) -> None:
    observe(version_id, kept=False)
    take_back(excepted=True)
    margin = queries.margins(RULES, at=MORNING)[RULES[0]]
    assert (margin.applied, margin.broken, margin.excepted) == (0, 0, 1)
    assert margin.share_kept is None


@pytest.mark.row("H6")
def test_the_margin_covers_its_days_in_the_handbooks_zone(version_id: int) -> None:
    late = datetime(2026, 11, 19, 16, 30, tzinfo=UTC)  # already the 20th in Shanghai
    observe(version_id, subject_id=1, at=late)
    observe(version_id, subject_id=2, at=MORNING - timedelta(days=40))
    observe(version_id, subject_id=3, kept=False, at=MORNING)
    month = queries.margins(RULES, at=MORNING, days=30)[RULES[0]]
    assert [(d.day.isoformat(), d.kept, d.broken) for d in month.trend] == [("2026-11-20", 1, 1)]
    assert month.share_kept == 50
    assert queries.margins(RULES, at=MORNING, days=90)[RULES[0]].applied == 3
    assert queries.margins(RULES, at=MORNING, days=90, tier="gold") == {}


@pytest.mark.row("H6")
def test_all_margins_come_in_one_statement(version_id: int, django_assert_num_queries) -> None:
    observe(version_id)
    queries.in_force(MORNING)
    with django_assert_num_queries(2):  # the version in force, the figures
        queries.margins(RULES, at=MORNING)


@pytest.mark.row("H6")
def test_the_cases_behind_a_figure_are_found(version_id: int) -> None:
    observe(version_id, subject_id=1, at=MORNING)
    observe(version_id, subject_id=2, at=MORNING + timedelta(hours=1))
    observe(version_id, subject_id=3, kept=False)
    assert list(queries.occasions(RULES[0], kept=True)) == [2, 1]
    assert list(queries.occasions(RULES[0], kept=False)) == [3]
    assert len(queries.occasions(RULES[0])) == 3


def work(version_id: int, seed: int, trouble: list[BaseException]) -> None:
    """Twenty transactions that observe, double and take back in an order of their own."""
    dice = random.Random(seed)
    try:
        for _turn in range(20):
            with transaction.atomic():
                for _step in range(3):
                    subject, rule = dice.randint(1, 30), dice.choice(RULES)
                    if dice.random() < 0.25:
                        actions.reverse_observation(
                            rule_id=rule, subject_kind="case", subject_id=seed * 100 + subject,
                            occasion="x", by=ROBOT, at=MORNING,
                        )  # fmt: skip
                    else:
                        actions.observe_all(
                            [
                                occasion(
                                    version_id, rule_id=rule, subject_id=seed * 100 + subject,
                                    occasion="x", kept=dice.random() < 0.8,
                                    at=MORNING + timedelta(days=dice.randint(0, 2)),
                                )
                            ]
                        )  # fmt: skip
                if dice.random() < 0.1:
                    transaction.set_rollback(True)
    except BaseException as error:  # a thread's trouble is the test's trouble
        trouble.append(error)
    finally:
        connection.close()


@pytest.mark.row("H6")
@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_neither_lock_up_nor_lose_a_count() -> None:
    version = publish(folder()).pk
    trouble: list[BaseException] = []
    threads = [threading.Thread(target=work, args=(version, seed, trouble)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not trouble
    assert counted() == queries.recount(RULES)
    assert RuleDay.objects.count() < 3 * 3 * 12


@pytest.mark.django_db(transaction=True)
def test_a_writer_does_not_wait_for_a_counter_that_another_holds() -> None:
    version = publish(folder()).pk
    observe(version, subject_id=1)
    done = threading.Event()

    def another() -> None:
        observe(version, subject_id=3)
        done.set()
        connection.close()

    with transaction.atomic():
        actions.observe_all([occasion(version, subject_id=2)])
        thread = threading.Thread(target=another)
        thread.start()
        assert done.wait(10)
    thread.join()
    assert counted() == {RULES[0]: (3, 0)} == queries.recount(RULES)
