"""What the handbook does by itself."""

from datetime import timedelta

from libin.handbook import actions
from libin.kernel import clock
from libin.kernel.access import automation
from libin.kernel.queue import job


@job("handbook.apply", every=timedelta(minutes=1))
def apply() -> None:
    """A version published for a later instant comes into force: people get its roles and teams."""
    actions.apply_version(by=automation("handbook"), at=clock.now())
