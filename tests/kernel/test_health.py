"""What the installation says of its own health, to us in full and to strangers in two words."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from libin.kernel import health

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def beat(at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_heartbeat (part, seen_at, note) VALUES ('worker', %s, '')", [at]
        )


def owe(due_at: datetime, *, given_up: bool = False) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_job (name, lane, fact_id, args, due_at, attempts, problem, given_up)"
            " VALUES ('desk.route', 'inside', 7, '{}', %s, 0, '', %s)",
            [due_at, given_up],
        )


def state(home: Path) -> dict[str, bool]:
    return {finding.name: finding.well for finding in health.look(at=NOON, home=home)}


@pytest.mark.row("X5")
def test_all_is_well_while_the_worker_lives(tmp_path: Path) -> None:
    beat(NOON - timedelta(seconds=59))
    assert all(state(tmp_path).values())
    assert health.is_well(at=NOON, home=tmp_path)


@pytest.mark.parametrize("silent", [None, 61])
def test_a_silent_worker_is_not_well(tmp_path: Path, silent: int | None) -> None:
    if silent:
        beat(NOON - timedelta(seconds=silent))
    assert not state(tmp_path)["worker_silent_seconds"]
    assert not health.is_well(at=NOON, home=tmp_path)


def test_facts_that_nobody_delivers_are_not_well(tmp_path: Path) -> None:
    beat(NOON)
    owe(NOON - timedelta(minutes=5, seconds=1))
    assert not state(tmp_path)["oldest_owed_seconds"]
    assert not health.is_well(at=NOON, home=tmp_path)


def test_work_that_is_due_later_is_not_late(tmp_path: Path) -> None:
    beat(NOON)
    owe(NOON + timedelta(days=1))
    assert state(tmp_path)["oldest_owed_seconds"]


def test_given_up_work_is_told_but_does_not_take_the_house_down(tmp_path: Path) -> None:
    beat(NOON)
    owe(NOON - timedelta(days=1), given_up=True)
    assert not state(tmp_path)["jobs_given_up"]
    assert health.is_well(at=NOON, home=tmp_path)


def test_a_full_disk_is_not_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beat(NOON)
    monkeypatch.setattr(health, "LEAST_DISK", 10**18)
    monkeypatch.setattr(health, "LEAST_DISK_SHARE", 1.0)
    assert not state(tmp_path)["disk_free_bytes"]
    assert not health.is_well(at=NOON, home=tmp_path)
