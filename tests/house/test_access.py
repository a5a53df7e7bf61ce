"""Every address, tried by everybody: what the access matrix says is what really happens."""

import copy
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from libin.desk import actions as desk
from libin.desk.models import Case
from libin.kernel import clock, queue
from libin.kernel.access import Actor, ActorKind
from libin.kernel.models import Heartbeat, OutgoingMail
from tests import cast as people
from tests.cast import Cast
from tests.house import access_matrix
from tests.house.routes import routes

# What a look may write: who is here, how often a door was knocked at, and the audit of what was disclosed.
WRITES = re.compile(
    r"(INSERT INTO|UPDATE|DELETE FROM) \"?(?!kernel_auditentry|kernel_limit|people_staffsession|people_presence"
    r"|people_knock|customers_visit|customers_portalsession)\w+"
)
LINK = re.compile(r"https?://\S+?(/my/enter/\S+?/)(?=\s|$)")


@dataclass(frozen=True)
class World:
    """The cast with one case of a customer, held by an agent; every visitor has a browser of her own."""

    cast: Cast
    case: Case
    clients: dict[str, Client]


@contextmanager
def undone() -> Iterator[None]:
    """What happens in here never happened; as in Django's own tests, durable blocks may stand inside."""
    block = transaction.atomic()
    vars(block)["_from_testcase"] = True
    with block:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; every request is undone after it was answered."""
    with django_db_blocker.unblock(), undone():
        at = clock.now()
        cast = people.gather(at=at)
        people.sit_down(cast.lin_xiao, at=at)
        Heartbeat.objects.create(part="worker", seen_at=at)
        case = _case_of(cast, at)
        clients = {"stranger": Client(), "customer": _customer(people.LI.email)}
        clients |= {who: _staff(cast, who) for who in access_matrix.COLUMNS[2:]}
        yield World(cast, case, clients)


def _case_of(cast: Cast, at: Any) -> Case:
    customer = Actor(kind=ActorKind.CUSTOMER, id=cast.li.pk, name=cast.li.name)
    kind = next(kind for kind in cast.handbook.kinds.values() if kind.default)
    case = desk.open_case(
        customer_id=cast.li.pk,
        kind=kind.code,
        severity=kind.severity_default,
        subject="发票抬头",
        opening=desk.Incoming(text="请问发票抬头怎么改？"),
        by=customer,
        at=at,
    )
    taker = cast.acting(cast.lin_xiao)
    desk.assign_case(case_id=case.pk, staff_id=cast.lin_xiao.pk, by=taker, at=at)
    case.refresh_from_db()
    return case


def _staff(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.staff[who])
    return client


def _customer(email: str) -> Client:
    """Through the portal's own door: a link is asked for, mailed and opened."""
    client = Client()
    client.post(reverse("portal:sign_in"), {"email": email})
    queue.run_all()
    mail = OutgoingMail.objects.filter(recipients=[email], text__contains="/my/enter/").get()
    link = LINK.search(mail.text)
    assert link, mail.text
    client.post(link[1])
    return client


def sample(world: World, name: str) -> dict[str, Any]:
    """A value for every parameter of an address; what is named by a secret is named wrongly."""
    cast, case = world.cast, world.case
    known = {
        "case_id": case.pk,
        "number": case.pk,
        "staff_id": cast.he_ping.pk,
        "customer_id": cast.li.pk,
        "version_id": cast.handbook.version_id,
        "rule_id": next(iter(cast.handbook.tiers.values())).id,
        "code": "pause",
        "chapter_id": next(iter(cast.handbook.chapters)).id,
    }
    route = next(route for route in routes() if route.name == name)
    return {
        one: known.get(one, 1 if one.endswith("_id") else "no-such-thing")
        for one in route.parameters
    }


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


def ask(world: World, who: str, name: str, **kwargs: Any) -> tuple[HttpResponseBase, list[str]]:
    """What one address answers somebody, and what that wrote; afterwards it was never asked."""
    client = copy.copy(world.clients[who])
    client.cookies = copy.deepcopy(client.cookies)
    send: Callable[..., Any] = (
        client.get if access_matrix.rows()[name].method == "GET" else client.post
    )
    with undone(), CaptureQueriesContext(connection) as said:
        address = reverse(name, kwargs=sample(world, name) | kwargs)
        response = send(address, access_matrix.SAID.get(name, {}))
    return response, [query["sql"][:200] for query in said if WRITES.match(query["sql"])]


@pytest.mark.parametrize(("name", "who", "may"), CELLS, ids=str)
def test_a_cell_of_the_matrix(world: World, name: str, who: str, may: bool):
    response, written = ask(world, who, name)
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
        assert not ask(world, who, name)[1], who


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
