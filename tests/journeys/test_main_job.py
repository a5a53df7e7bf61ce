"""From the first word to the verdict, on real mail, in real browsers."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.harness.house import House
from tests.harness.mail import Sink, letter, send
from tests.journeys import hands
from tests.people_named import HELP, LIN_XIAO, STRANGER, Person

pytestmark = pytest.mark.journey


def test_the_house_is_well(house: House):
    assert house.health() == 200


@pytest.mark.row("K1", "D1", "Z1")
def test_a_customers_mail_becomes_a_case(
    house: House, sink: Sink, at_desk: Callable[[Person], Page]
):
    agent = at_desk(LIN_XIAO)
    hands.queue(agent)
    words = "发票抬头写错了"
    raw = letter(
        sender=f"{STRANGER.name} <{STRANGER.email}>",
        to=HELP,
        subject=words,
        text="您好，发票抬头写错了，请问怎么改？",
        message_id="<first@elsewhere.example>",
    )
    send(house.mail_port, raw, sender=STRANGER.email, to=HELP)
    expect(hands.row(agent, words)).to_be_visible()
