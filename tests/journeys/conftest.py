"""A service centre that really runs: its mail servers, its processes, and a browser for everybody in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.harness import browser, handbooks
from tests.harness.house import House
from tests.harness.mail import Dovecot, Sink
from tests.journeys import hands
from tests.people_named import Person


@pytest.fixture(scope="session")
def sink() -> Iterator[Sink]:
    """Where everything that Libin mails arrives."""
    server = Sink()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """The mail server on which the service has its mailbox."""
    server = Dovecot()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def window() -> Iterator[Browser]:
    """One Chromium."""
    with browser.browser() as running:
        yield running


@contextmanager
def running_house(name: str, place: Path, sink: Sink, dovecot: Dovecot) -> Iterator[House]:
    """Libin under one of our handbooks, started as people start it, with the cast in it."""
    house = House(smtp_port=sink.port, handbooks=handbooks.quick(name, place / "handbooks"))
    try:
        house.start()
        house.furnish(dovecot.port)
        yield house
    finally:
        house.remove()


@pytest.fixture(scope="session")
def default_house(
    sink: Sink, dovecot: Dovecot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """Libin under the default handbook."""
    with running_house("default", tmp_path_factory.mktemp("house"), sink, dovecot) as house:
        yield house


@pytest.fixture
def house(default_house: House) -> House:
    """The house of a journey: the default one, unless the journey says otherwise."""
    return default_house


@pytest.fixture
def objections() -> Iterator[browser.Objections]:
    """What any page of this test complained about; there must be nothing."""
    heard = browser.Objections()
    yield heard
    assert not heard


@pytest.fixture
def visit(
    window: Browser, house: House, objections: browser.Objections
) -> Iterator[Callable[[], Page]]:
    """A fresh browser for somebody who is not signed in."""
    opened = []

    def open_browser() -> Page:
        context = browser.context(window, house.url)
        opened.append(context)
        page = context.new_page()
        objections.listen(page)
        return page

    yield open_browser
    for context in opened:
        context.close()


@pytest.fixture
def at_desk(visit: Callable[[], Page], house: House) -> Callable[[Person], Page]:
    """A browser in which a person of ours has signed in; she counts as here when it is given back."""

    def sit_down(person: Person) -> Page:
        page = visit()
        hands.sign_in(page, person)
        hands.eventually(lambda: house.is_here(person.email))
        return page

    return sit_down
