"""A page asks the database as often for many rows as for one, and not more often than is pinned here."""

from collections.abc import Iterator
from typing import Any

import pytest

from libin.kernel import clock
from tests.house import worlds
from tests.house.worlds import World, ask, ask_something

# Statements of one page, session and permissions included; a pin may only be lowered.
PINS = {
    ("supervisor", "desk:queue"): 10,
    ("supervisor", "desk:day"): 17,
    ("supervisor", "desk:case"): 17,
    ("supervisor", "customers:list"): 6,
    ("supervisor", "customers:page"): 13,
    ("supervisor", "people:list"): 9,
    ("supervisor", "surveys:list"): 6,
    ("supervisor", "handbook:contents"): 8,
    ("supervisor", "handbook:chapter"): 10,
    ("customer", "portal:requests"): 4,
    ("customer", "portal:request"): 8,
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), worlds.undone():
        yield worlds.build()


@pytest.mark.parametrize(("who", "name"), PINS)
def test_a_page_does_not_ask_once_per_row(world: World, who: str, name: str):
    ask(world, who, name)  # what is remembered per process is remembered now
    few = ask(world, who, name)[1]
    with worlds.undone():
        for number in range(5):
            ask_something(world.cast, f"再问一次 {number}", clock.now())
        many = ask(world, who, name)[1]
    assert len(many) <= len(few), "\n".join(sorted(set(many) - set(few)))
    assert len(few) <= PINS[who, name], f"{len(few)} statements"
