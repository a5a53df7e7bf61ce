"""Tests name rows that exist, and every row that is due is shown by some test."""

from tests.house import rows


def test_tests_name_only_rows_that_exist():
    assert set(rows.shown()) <= {row.id for row in rows.rows()}


def test_every_row_that_is_due_is_shown():
    assert not [row.id for row in rows.rows() if row.due and not row.tests]
