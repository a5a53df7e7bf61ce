"""Machines are recognised, and people are never taken for machines."""

import pytest

from libin.channels.parsing import automail
from tests.fixtures.mail.automatic import MACHINES, PEOPLE, QUIET, Fields


def judge(fields: Fields) -> automail.Verdict:
    values = dict(fields)
    return automail.judge(
        fields,
        sender=values.get("from", "li@example.com").lower(),
        subject=values.get("subject", "退款"),
    )


def test_the_set_is_as_large_as_the_one_it_is_measured_by():
    assert len(MACHINES) + len(QUIET) + len(PEOPLE) >= 61
    assert len(PEOPLE) >= 6


@pytest.mark.parametrize(("name", "kind", "fields"), MACHINES, ids=[one[0] for one in MACHINES])
def test_a_machine_is_recognised_and_never_answered(name: str, kind: str, fields: Fields):
    verdict = judge(fields)
    assert verdict.kind == kind
    assert not verdict.answerable
    assert verdict.reason


@pytest.mark.parametrize(("name", "fields"), PEOPLE, ids=[one[0] for one in PEOPLE])
def test_a_person_is_answered(name: str, fields: Fields):
    verdict = judge(fields)
    assert verdict.kind is automail.Automatic.PERSON
    assert verdict.answerable


@pytest.mark.parametrize(("name", "fields"), QUIET, ids=[one[0] for one in QUIET])
def test_who_asks_for_no_automatic_answer_gets_none(name: str, fields: Fields):
    verdict = judge(fields)
    assert verdict.kind is automail.Automatic.PERSON
    assert not verdict.answerable


@pytest.mark.parametrize(
    ("report_type", "kind"),
    [
        ("delivery-status", "bounce"),
        ("disposition-notification", "auto_reply"),
        ("feedback-report", "bounce"),
    ],
)
def test_reports_are_recognised_by_their_type(report_type: str, kind: str):
    verdict = automail.judge(
        [], sender="a@example.com", subject="x", is_report=True, report_type=report_type
    )
    assert verdict.kind == kind
    assert not verdict.answerable
