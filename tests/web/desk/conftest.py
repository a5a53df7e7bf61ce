"""A desk at an ordinary moment of work: the cast at their desks, cases opened by real actions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.test import Client

if TYPE_CHECKING:
    from libin.desk.models import Case
    from libin.people.models import Staff
    from tests.cast import Cast

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def now(at: datetime) -> Iterator[datetime]:
    """The clock stands an hour after the cast came in."""
    moment = at + timedelta(hours=1)
    with time_machine.travel(moment, tick=False):
        yield moment


@dataclass
class Desk:
    """The workspace as the tests use it."""

    cast: "Cast"
    now: datetime

    def browser(self, staff: "Staff", language: str = "en") -> Client:
        """A signed-in browser; English, so that tests read as sentences."""
        staff.language = language
        staff.save(update_fields=["language"])
        client = Client()
        client.force_login(staff, backend=BACKEND)
        return client

    def opens(
        self, subject: str, *, words: str = "", minutes_ago: int = 5, by_wang: bool = False
    ) -> "Case":
        """A customer writes; nobody holds the case yet."""
        from libin.desk import actions as desk  # noqa: PLC0415 - Django is set up by now
        from libin.kernel.access import Actor, ActorKind  # noqa: PLC0415 - as above

        customer = self.cast.wang if by_wang else self.cast.li
        kind = self.cast.handbook.default_kind
        return desk.open_case(
            customer_id=customer.pk,
            kind=kind.code,
            severity=kind.severity_default,
            subject=subject,
            opening=desk.Incoming(text=words or subject),
            by=Actor(kind=ActorKind.CUSTOMER, id=customer.pk, name=customer.name),
            at=self.now - timedelta(minutes=minutes_ago),
        )

    def held_by(self, case: "Case", staff: "Staff") -> "Case":
        """Somebody takes the case."""
        from libin.desk import actions as desk  # noqa: PLC0415 - Django is set up by now

        return desk.assign_case(
            case_id=case.pk, staff_id=staff.pk, by=self.cast.acting(staff), at=self.now
        )


@pytest.fixture
def desk(cast: "Cast", now: datetime) -> Desk:
    return Desk(cast, now)


@pytest.fixture
def lin(desk: Desk) -> Client:
    """Lin Xiao's browser: an agent."""
    return desk.browser(desk.cast.lin_xiao)


@pytest.fixture
def chen(desk: Desk) -> Client:
    """Chen Jing's browser: a supervisor."""
    return desk.browser(desk.cast.chen_jing)


@pytest.fixture
def newcomer(desk: Desk) -> Client:
    """He Ping's browser: works here, holds no role."""
    return desk.browser(desk.cast.he_ping)


Page = Callable[..., str]


@pytest.fixture
def page() -> Page:
    """The text of a page that must be there."""

    def text(client: Client, url: str, **more: object) -> str:
        response = client.get(url, **more)  # type: ignore[arg-type]
        assert response.status_code == 200, response.status_code
        return response.content.decode()

    return text
