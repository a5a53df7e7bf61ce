"""The day as a supervisor sees it."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests.web.desk.conftest import Desk, Page

pytestmark = pytest.mark.django_db


@pytest.mark.row("O2")
def test_a_supervisor_sees_queues_people_risk_and_figures(desk: Desk, chen: Client, page: Page):
    desk.held_by(desk.opens("Held", by_wang=True), desk.cast.lin_xiao)
    desk.opens("Not taken yet", minutes_ago=50, by_wang=True)
    with time_machine.travel(desk.now + timedelta(minutes=30), tick=False):
        text = page(chen, "/desk/day/")
    lane = desk.cast.handbook.lane_of(desk.cast.wang.tier)
    assert lane.title.en in text
    assert desk.cast.lin_xiao.name in text
    assert "Promises at risk" in text
    assert "Not taken yet" in text
    figures = text.split('id="day-figures"', 1)[1].split('class="day-columns"', 1)[0]
    assert '<span class="figure">2</span>' in figures, "two were opened today"


def test_it_is_for_supervisors_only(lin: Client, newcomer: Client):
    assert lin.get("/desk/day/").status_code == 403
    assert newcomer.get("/desk/day/").status_code == 403


def test_an_empty_day_says_so(chen: Client, page: Page):
    text = page(chen, "/desk/day/")
    assert "No promise is at risk" in text
    assert "Every queue is empty." in text
