"""The demo is a real service centre: made by real actions, with promises kept and broken."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db.models import Count

from libin.config.demo import people, replay
from libin.config.holidays import ensure_holidays
from libin.desk.models import Case, Promise
from libin.handbook import queries as handbooks
from libin.kernel import audit, clock
from libin.kernel.models import Job
from libin.surveys.models import SurveyAnswer
from tests.cast import publish_handbook

pytestmark = [pytest.mark.django_db, pytest.mark.row("Z4")]
UNTIL = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


@pytest.fixture
def centre(monkeypatch: pytest.MonkeyPatch) -> int:
    """Ten days of a small centre; how many cases there were."""
    monkeypatch.setattr(replay, "DAYS", 10)
    monkeypatch.setattr(replay, "CASES", 24)
    monkeypatch.setattr(replay, "FRESH", 6)
    monkeypatch.setattr(people, "CUSTOMERS", 30)
    begin = UNTIL - timedelta(days=12)
    dice = random.Random(7)
    with clock.stopped_at(begin):
        handbook = publish_handbook(settings.HANDBOOKS / "default", at=begin)
        ensure_holidays(at=begin)
        people.open_mailbox(at=begin)
        colleagues, _ = people.enrol_staff(handbook, at=begin)
        customers = people.add_customers(handbook, colleagues, dice=dice, at=begin)
    return replay.Replay(colleagues, customers, until=UNTIL, dice=dice).run(lambda day, cases: None)


def test_the_days_were_lived_through_by_real_actions(centre: int) -> None:
    assert 25 <= centre == Case.objects.count()
    states = dict(Case.objects.values_list("state").annotate(Count("pk")))
    assert states[Case.State.CLOSED] >= 10
    assert Promise.objects.filter(state="kept").exists()
    assert Case.objects.filter(owner=None, state="closed").count() == 0
    assert not Job.objects.exclude(problem="").exists()
    assert audit.verify().whole
    assert all(answer.score in range(1, 6) for answer in SurveyAnswer.objects.all())


def test_the_figures_beside_the_rules_equal_the_cases(centre: int) -> None:
    rules = list(Promise.objects.order_by().values_list("rule", flat=True).distinct())
    margins = handbooks.margins(rules, days=90, at=UNTIL)
    for rule in rules:
        states = list(Promise.objects.filter(rule=rule).values_list("state", flat=True))
        assert (margins[rule].kept, margins[rule].broken) == (
            states.count("kept"),
            states.count("broken"),
        ), rule
