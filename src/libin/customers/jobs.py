"""What the customers' room does by itself."""

from datetime import timedelta

from libin.customers import actions
from libin.kernel import clock
from libin.kernel.access import SYSTEM
from libin.kernel.queue import job


@job("customers.forget_visits", every=timedelta(hours=1))
def forget_visits() -> None:
    """Tidy the door once an hour."""
    actions.forget_visits(by=SYSTEM, at=clock.now())
