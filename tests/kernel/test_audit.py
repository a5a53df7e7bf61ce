"""The audit trail is only ever added to, and shows when somebody was at it."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.test import override_settings

from libin.kernel import audit, clock, jobs
from libin.kernel.access import SYSTEM
from libin.kernel.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.row("X2")]
AT = datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)


def write(count: int) -> None:
    for number in range(count):
        audit.record(
            act="desk.reply",
            subject=f"case:{number}",
            by=SYSTEM,
            at=AT + timedelta(seconds=number),
            details={"message": number, "kind": "投诉🙂"},
        )


def behind_the_guard(statement: str, *values: object) -> None:
    """What a person with the database's highest rights could do."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_auditentry DISABLE TRIGGER USER")
        cursor.execute(statement, values)  # type: ignore[arg-type]
        cursor.execute("ALTER TABLE kernel_auditentry ENABLE TRIGGER USER")


def test_sealed_entries_form_a_whole_chain() -> None:
    write(30)
    assert audit.seal() == 30
    write(5)
    assert audit.seal() == 5
    verdict = audit.verify()
    assert verdict.whole
    assert verdict.entries == 35


def test_sealing_twice_seals_once() -> None:
    write(3)
    audit.seal()
    head = audit.verify().head
    assert audit.seal() == 0
    assert audit.verify().head == head


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kernel_auditentry SET actor = 'staff:1'",
        "UPDATE kernel_auditentry SET seal = NULL, seal_no = NULL",
        "DELETE FROM kernel_auditentry",
        "TRUNCATE kernel_auditentry",
    ],
)
def test_the_database_refuses_to_rewrite_it(statement: str) -> None:
    write(2)
    audit.seal()
    with (
        pytest.raises((InternalError, ProgrammingError, Exception), match="only ever added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert audit.verify().entries == 2


def test_every_one_of_many_tampers_is_found() -> None:
    write(60)
    audit.seal()
    whole = audit.verify()
    anchor = (whole.entries, whole.head)
    dice = random.Random(7)
    for _ in range(120):
        number = dice.randrange(1, 61)
        how = dice.choice(["actor", "details", "at", "gone", "swapped", "cut"])
        mark = transaction.savepoint()
        if how == "gone":
            behind_the_guard("DELETE FROM kernel_auditentry WHERE seal_no = %s", number)
        elif how == "cut":
            behind_the_guard("DELETE FROM kernel_auditentry WHERE seal_no >= %s", number)
        elif how == "swapped":
            behind_the_guard(
                "UPDATE kernel_auditentry SET at = at + interval '1 s' WHERE seal_no = %s", number
            )
        elif how == "actor":
            behind_the_guard(
                "UPDATE kernel_auditentry SET actor = 'staff:9' WHERE seal_no = %s", number
            )
        elif how == "at":
            behind_the_guard(
                "UPDATE kernel_auditentry SET at = '2020-01-01' WHERE seal_no = %s", number
            )
        else:
            behind_the_guard(
                "UPDATE kernel_auditentry SET details = '{}' WHERE seal_no = %s", number
            )
        assert not audit.verify(anchor=anchor).whole, how
        transaction.savepoint_rollback(mark)
    assert audit.verify(anchor=anchor) == whole


def test_an_act_that_is_undone_leaves_no_entry() -> None:
    mark = transaction.savepoint()
    write(1)
    transaction.savepoint_rollback(mark)
    assert AuditEntry.objects.count() == 0


def test_an_entry_says_where_it_came_from() -> None:
    with audit.coming_from("203.0.113.9\r\nX: y"):
        write(1)
    assert AuditEntry.objects.get().origin.startswith("203.0.113.9")


def test_the_head_is_anchored_beside_the_database(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(3)
    audit.seal()
    with override_settings(LIBIN_HOME=tmp_path):
        jobs.anchor_audit.function()
        behind_the_guard("DELETE FROM kernel_auditentry WHERE seal_no = 3")
        jobs.anchor_audit.function()
    lines = (tmp_path / "log" / "audit-anchors").read_text().splitlines()
    assert len(lines) == 1
    assert "does not fit its anchor" in caplog.text


def test_facts_of_the_coming_months_have_room() -> None:
    with clock.stopped_at(datetime(2031, 12, 31, 23, 59, tzinfo=UTC)):
        jobs.make_room_for_facts.function()
        jobs.make_room_for_facts.function()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('kernel_fact_203203') IS NOT NULL")
        assert cursor.fetchone() == (True,)
