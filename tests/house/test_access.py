"""Every address, tried by everybody: what the access matrix says is what really happens."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from libin.desk import actions as desk
from libin.desk.models import Case
from libin.kernel import clock
from libin.kernel.access import Actor, ActorKind
from libin.kernel.models import OutgoingMail
from tests import cast as people
from tests.cast import Cast
from tests.house import access_matrix
from tests.house.routes import routes

LINK = re.compile(r"https?://\S+?(/my/enter/\S+?/)(?=\s|$)")


@dataclass(frozen=True)
class World:
    """The cast with one case of a customer, held by an agent; every visitor has a browser of her own."""

    cast: Cast
    case: Case
    clients: dict[str, Client]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; every request is undone after it was answered."""
    with django_db_blocker.unblock(), transaction.atomic():
        at = clock.now()
        cast = people.gather(at=at)
        people.sit_down(cast.lin_xiao, at=at)
        case = _case_of(cast, at)
        clients = {"stranger": Client(), "customer": _customer(people.LI.email)}
        clients |= {who: _staff(cast, who) for who in access_matrix.COLUMNS[2:]}
        yield World(cast, case, clients)
        transaction.set_rollback(True)


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
    mail = OutgoingMail.objects.filter(recipients=[email]).latest("id")
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
        "code": "note",
    }
    route = next(route for route in routes() if route.name == name)
    return {
        one: known.get(one, 1 if one.endswith("_id") else "no-such-thing")
        for one in route.parameters
    }


def is_refused(response: HttpResponseBase) -> bool:
    """Sent to a door, told no, or told that there is nothing."""
    to = response.headers.get("Location", "")
    return response.status_code in {401, 403, 404} or (
        response.status_code == 302 and ("/sign-in/" in to or to.startswith("/account/sign-in"))
    )


def test_every_address_has_a_row_and_every_row_an_address():
    names = {route.name for route in routes()}
    assert names == set(access_matrix.rows())


CELLS = [
    (row.name, who, may) for row in access_matrix.rows().values() for who, may in row.may.items()
]


@pytest.mark.parametrize(("name", "who", "may"), CELLS, ids=lambda value: str(value))
def test_a_cell_of_the_matrix(world: World, name: str, who: str, may: bool):
    row = access_matrix.rows()[name]
    client = world.clients[who]
    send: Callable[..., Any] = client.get if row.method == "GET" else client.post
    with transaction.atomic():
        response = send(reverse(name, kwargs=sample(world, name)))
        transaction.set_rollback(True)
    hidden = name in access_matrix.NAMED_BY_A_SECRET and response.status_code in {404, 410}
    assert response.status_code < 500
    assert is_refused(response) is not may or (may and hidden), response.status_code


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
            with transaction.atomic():
                response = world.clients[who].get(
                    reverse(name, kwargs=kwargs | {k: gone[k] for k in kwargs if k in gone})
                )
                transaction.set_rollback(True)
            assert is_refused(response), (name, response.status_code)
