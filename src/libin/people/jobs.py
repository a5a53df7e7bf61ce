"""What this room does again and again."""

from datetime import timedelta

from libin.kernel import clock
from libin.kernel.access import automation
from libin.kernel.queue import job
from libin.people import actions


@job("people.sweep_door", every=timedelta(hours=1))
def sweep_door() -> None:
    """Forget sessions, codes and links that are over."""
    actions.sweep_door(by=automation("people.sweep_door"), at=clock.now())
