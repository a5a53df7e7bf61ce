"""Who may change the days on which calendars rest, and what taking one away does."""

from datetime import datetime, timedelta

import pytest

from libin.desk import actions as desk
from libin.desk.actions.holidays import Day
from libin.desk.models import Holiday
from libin.kernel.access import SYSTEM
from libin.kernel.errors import NotPermitted
from tests.cast import Cast
from tests.desk.cases import Opens

pytestmark = [pytest.mark.django_db, pytest.mark.row("D7")]


def test_a_day_taken_away_gives_the_due_instants_back(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    solution = opens(kind="feedback", when=at).promises.get(code="department_solution")
    before = solution.due_at
    thursday = at.date() + timedelta(days=1)
    desk.set_holidays(days=[Day(thursday, "校庆")], by=SYSTEM, at=at)
    solution.refresh_from_db()
    assert solution.due_at > before
    assert (
        desk.remove_holidays(days=[thursday, thursday + timedelta(days=1)], by=SYSTEM, at=at) == 1
    )
    solution.refresh_from_db()
    assert solution.due_at == before


def test_only_who_may_publish_a_handbook_changes_the_days(cast: Cast, at: datetime) -> None:
    day = Day(at.date(), "校庆")
    agent = cast.acting(cast.lin_xiao)
    with pytest.raises(NotPermitted):
        desk.set_holidays(days=[day], by=agent, at=at)
    desk.set_holidays(days=[day], by=cast.acting(cast.zhao_min), at=at)
    with pytest.raises(NotPermitted):
        desk.remove_holidays(days=[day.on], by=agent, at=at)
    assert Holiday.objects.get().on == day.on
