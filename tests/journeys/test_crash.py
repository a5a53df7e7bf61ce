"""Everything is cut off at once; nothing that was accepted is lost, and nothing happens twice."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.harness.house import House
from tests.harness.mail import Dovecot, Sink, letter, send
from tests.harness.ports import wait_until_open
from tests.journeys import hands
from tests.journeys.conftest import running_house
from tests.people_named import HELP, LI, SERVICE, Person

pytestmark = pytest.mark.journey
LETTERS = 12
RECOVERED_WITHIN = 120.0  # seconds: the bound is 90, and this machine may be busy


@pytest.fixture
def house(
    sink: Sink, dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A house of its own, because it is going to be killed."""
    with running_house("default", tmp_path_factory.mktemp("crash"), sink, dovecot) as running:
        yield running


@pytest.mark.row("K5", "X5", "X2")
def test_a_power_cut_loses_nothing_and_doubles_nothing(
    house: House, dovecot: Dovecot, sink: Sink, at_desk: Callable[[Person], Page]
):
    for number in range(LETTERS):
        raw = numbered(number)
        if number % 2:
            dovecot.put(house.mailbox, raw)
        else:
            wait_until_open(
                house.mail_port, 60
            )  # a mail server that finds the door shut comes again
            send(house.mail_port, raw, sender=LI.email, to=HELP)
        if number in (LETTERS // 3, LETTERS // 2):
            house.kill()
            house.start()
    hands.eventually(lambda: len(subjects(house)) >= LETTERS, RECOVERED_WITHIN)
    hands.eventually(lambda: owed(house) == 0, RECOVERED_WITHIN)
    assert sorted(subjects(house)) == sorted(f"第{number}封" for number in range(LETTERS))
    answered = [found.letter["Message-ID"] for found in sink.to(LI.email)]
    assert len(set(answered)) >= len(answered) - 2
    chained = "SELECT count(*) FROM kernel_auditentry WHERE seal_no IS NULL"
    hands.eventually(lambda: house.rows(chained) == [(0,)])


def numbered(number: int) -> bytes:
    return letter(
        sender=f"{LI.name} <{LI.email}>",
        to=SERVICE if number % 2 else HELP,
        subject=f"第{number}封",
        text=f"这是第 {number} 封。",
        message_id=f"<crash-{number}@customer.example>",
    )


def subjects(house: House) -> list[str]:
    return [row[0] for row in house.rows("SELECT subject FROM desk_case")]


def owed(house: House) -> int:
    """Pieces of work that are due and not done."""
    found = house.rows("SELECT count(*) FROM kernel_job WHERE due_at < now() - interval '1 second'")
    return int(found[0][0])
