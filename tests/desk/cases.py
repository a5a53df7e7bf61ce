"""A case of 王先生's, and the hands that work on it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from libin.desk import actions as desk
from libin.desk.models import Case
from libin.kernel import clock, queue
from libin.kernel.access import SYSTEM, Actor, ActorKind
from tests.cast import Cast

Opens = Callable[..., Case]


def customer_actor(number: int) -> Actor:
    """A customer acting for herself."""
    return Actor(kind=ActorKind.CUSTOMER, id=number)


def opener(cast: Cast, at: datetime) -> Opens:
    """A function that opens cases; by default a general inquiry of 李雪's by mail."""

    def open_case(
        *,
        customer: int | None = None,
        kind: str = "inquiry",
        severity: str = "general",
        text: str = "您好，请问净水器多久换一次滤芯？",
        subject: str = "净水器滤芯",
        channel: str = "email",
        when: datetime | None = None,
    ) -> Case:
        number = customer or cast.li.pk
        return desk.open_case(
            customer_id=number,
            kind=kind,
            severity=severity,
            subject=subject,
            opening=desk.Incoming(text=text, channel=channel),
            by=customer_actor(number),
            at=when or at,
        )

    return open_case


def leave(after: datetime, seconds: int = 60) -> None:
    """Let a minute pass: answers leave, reactions happen."""
    with clock.stopped_at(after + timedelta(seconds=seconds)):
        queue.run_all()


def look(at: datetime) -> int:
    """Let the promise clock look at everything due by an instant."""
    seen = 0
    while count := desk.look_at_due_promises(by=SYSTEM, at=at):
        seen += count
    return seen
