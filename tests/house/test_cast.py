"""The cast is who it says it is."""

from datetime import datetime

import pytest

from libin.people.access import may
from libin.people.rules import Permission
from tests.cast import Cast


@pytest.mark.django_db
def test_the_cast_holds_what_its_parts_need(cast: Cast, at: datetime):
    agent, supervisor = cast.acting(cast.lin_xiao), cast.acting(cast.chen_jing)
    assert agent.holds("desk.reply")
    assert not agent.holds("desk.supervise")
    assert supervisor.holds("desk.supervise")
    assert may(cast.acting(cast.zhao_min), Permission.GRANT)
    assert not cast.acting(cast.he_ping).permissions


@pytest.mark.django_db
def test_the_customers_stand_at_both_ends_of_the_scheme(cast: Cast):
    tiers = cast.handbook.tiers
    assert tiers[cast.wang.tier].rank < tiers[cast.li.tier].rank
    assert cast.wang.account_manager_id == cast.su_wan.pk
