"""What the surveys' room does by itself."""

from datetime import timedelta

from libin.kernel import clock
from libin.kernel.access import automation
from libin.kernel.queue import job
from libin.surveys import actions


@job("surveys.note_overdue", every=timedelta(minutes=1))
def note_overdue() -> None:
    """Count follow-ups whose time has passed."""
    actions.note_overdue(by=automation("surveys.note_overdue"), at=clock.now())
