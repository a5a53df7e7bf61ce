"""Every address, tried by everybody: what the access matrix says is what really happens."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.urls import reverse

from tests.house import access_matrix, worlds
from tests.house.routes import routes
from tests.house.worlds import World, ask, sample

# What a look may write: who is here, how often a door was knocked at, and the audit of what was disclosed.
WRITES = re.compile(
    r"(INSERT INTO|UPDATE|DELETE FROM) \"?(?!kernel_auditentry|kernel_limit|people_staffsession|people_presence"
    r"|people_knock|customers_visit|customers_portalsession)\w+"
)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; every request is undone after it was answered."""
    with django_db_blocker.unblock(), worlds.undone():
        yield worlds.build()


def writes(statements: list[str]) -> list[str]:
    """Statements that change what people have said or done."""
    return [statement[:200] for statement in statements if WRITES.match(statement)]


def is_refused(response: HttpResponseBase) -> bool:
    """Sent to a door, told no, or told that there is nothing."""
    doors = {reverse("account_login"), reverse("portal:sign_in")}
    to = response.headers.get("Location", "").split("?")[0]
    return response.status_code in {401, 403, 404} or (response.status_code == 302 and to in doors)


def test_every_address_has_a_row_and_every_row_an_address():
    names = {route.name for route in routes()}
    assert names == set(access_matrix.rows())


CELLS = [
    (row.name, who, may)
    for row in access_matrix.rows().values()
    for who, may in row.may.items()
    if not (may and row.name in access_matrix.STREAMS)
]


@pytest.mark.parametrize(("name", "who", "may"), CELLS, ids=str)
def test_a_cell_of_the_matrix(world: World, name: str, who: str, may: bool):
    response, said = ask(world, who, name)
    written = writes(said)
    status = response.status_code
    assert status < 500
    if may:
        nothing_there = name in access_matrix.NAMED_BY_A_SECRET | access_matrix.NOTHING_THERE
        assert not is_refused(response) or (nothing_there and status in {404, 410}), status
    else:
        # A form may be called incomplete, or told no in a notice, as long as it changes nothing.
        assert is_refused(response) or access_matrix.rows()[name].method == "POST", status
        assert not written


@pytest.mark.parametrize(
    "name",
    [
        row.name
        for row in access_matrix.rows().values()
        if row.method == "GET" and row.name not in access_matrix.STREAMS
    ],
)
def test_looking_changes_nothing(world: World, name: str):
    for who in access_matrix.COLUMNS:
        assert not writes(ask(world, who, name)[1]), who


@pytest.mark.parametrize("who", access_matrix.COLUMNS)
def test_nobody_sees_what_is_not_there(world: World, who: str):
    gone = {
        "case_id": 10**9,
        "number": 10**9,
        "staff_id": 10**9,
        "customer_id": 10**9,
        "version_id": 10**9,
    }
    for name, row in access_matrix.rows().items():
        kwargs = sample(world, name)
        if row.method == "GET" and set(kwargs) & set(gone):
            response, _ = ask(world, who, name, **{k: gone[k] for k in kwargs if k in gone})
            assert is_refused(response), (name, response.status_code)
