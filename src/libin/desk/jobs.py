"""What the desk does later or again and again."""

import contextlib
from datetime import datetime, timedelta

from libin.desk import actions, queries
from libin.kernel import clock, queue
from libin.kernel.access import automation
from libin.kernel.loops import Loop, add_loop
from libin.kernel.queue import job

_ROUTING = automation("routing")
_CLOCK = automation("promise-clock")


@job("desk.reply_leaves")
def reply_leaves(message_id: int) -> None:
    """The time to take an answer back is over."""
    actions.let_reply_leave(message_id=message_id, by=automation("undo-send"), at=clock.now())


@job("desk.route")
def route(case_id: int) -> None:
    """Try again to find somebody for a case."""
    actions.route_case(case_id=case_id, by=_ROUTING, at=clock.now())


@job("desk.route_waiting", every=timedelta(seconds=30))
def route_waiting() -> None:
    """Offer cases that nobody holds to whoever is here by now."""
    at = clock.now()
    for case_id in queries.waiting_for_somebody():
        queue.enqueue(route, at=at, key=f"waiting:{case_id}", case_id=case_id)


@job("desk.end_pauses", every=timedelta(seconds=15))
def end_pauses() -> None:
    """End what has waited as long as it may."""
    actions.end_overlong_pauses(by=_CLOCK, at=clock.now())


@job("desk.close_one")
def close_one(case_id: int) -> None:
    """Close a case that was resolved long enough ago, unless something came between."""
    with contextlib.suppress(actions.AlreadyDone):
        actions.close_case(case_id=case_id, by=automation("close-resolved"), at=clock.now())


@job("desk.close_resolved", every=timedelta(minutes=5))
def close_resolved() -> None:
    """Close what was resolved long enough ago and not objected to."""
    at = clock.now()
    for case_id in queries.resolved_long_enough(at=at):
        queue.enqueue(close_one, at=at, key=f"{case_id}", case_id=case_id)


def _look(at: datetime) -> bool:
    return actions.look_at_due_promises(by=_CLOCK, at=at) > 0


add_loop(Loop("promises", _look, queries.next_promise_wakes, threads=1))
