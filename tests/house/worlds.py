"""A small world behind the house tests: the cast, a case, and a browser for everybody; all of it undone afterwards."""

import copy
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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


def build() -> World:
    """Everybody is here, one customer has asked something."""
    at = clock.now()
    cast = people.gather(at=at)
    people.sit_down(cast.lin_xiao, at=at)
    Heartbeat.objects.create(part="worker", seen_at=at)
    case = ask_something(cast, "发票抬头", at)
    clients = {"stranger": Client(), "customer": _customer(people.LI.email)}
    clients |= {who: _staff(cast, who) for who in access_matrix.COLUMNS[2:]}
    return World(cast, case, clients)


def ask_something(cast: Cast, subject: str, at: datetime) -> Case:
    """A customer's case that an agent has taken."""
    customer = Actor(kind=ActorKind.CUSTOMER, id=cast.li.pk, name=cast.li.name)
    kind = next(kind for kind in cast.handbook.kinds.values() if kind.default)
    case = desk.open_case(
        customer_id=cast.li.pk,
        kind=kind.code,
        severity=kind.severity_default,
        subject=subject,
        opening=desk.Incoming(text="请问怎么改？"),
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
        "chapter_id": next(iter(cast.handbook.chapters)).id,
        "code": "pause",
    }
    route = next(route for route in routes() if route.name == name)
    return {
        one: known.get(one, 1 if one.endswith("_id") else "no-such-thing")
        for one in route.parameters
    }


def ask(world: World, who: str, name: str, **kwargs: Any) -> tuple[HttpResponseBase, list[str]]:
    """What one address answers somebody, and the statements it made; afterwards it was never asked."""
    client = copy.copy(world.clients[who])
    client.cookies = copy.deepcopy(client.cookies)
    looking = access_matrix.rows()[name].method == "GET"
    send: Callable[..., Any] = client.get if looking else client.post
    with undone(), CaptureQueriesContext(connection) as said:
        address = reverse(name, kwargs=sample(world, name) | kwargs)
        response = send(address, access_matrix.SAID.get(name, {}))
    return response, [query["sql"] for query in said]
