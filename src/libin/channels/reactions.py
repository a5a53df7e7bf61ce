"""What the channels do when they hear of something."""

from datetime import timedelta

from libin.channels.actions import letters, undelivered
from libin.desk.facts import Assigned, CaseOpened, Replied
from libin.kernel import clock, queue
from libin.kernel.access import automation
from libin.kernel.facts import reacts_to
from libin.kernel.mail_facts import MailFailed

ROUTING_TIME = timedelta(seconds=3)
"""So long an acknowledgement waits for the name of the person who will look after the case."""
ACKNOWLEDGE = "channels.acknowledge_case"


@reacts_to(CaseOpened, name="channels.acknowledge_later")
def acknowledge_later(said: CaseOpened) -> None:
    """Nobody may be free; the customer hears of us all the same."""
    _acknowledge(said.case_id, wait=ROUTING_TIME)


@reacts_to(Assigned, name="channels.acknowledge_routed")
def acknowledge_routed(said: Assigned) -> None:
    """The first person to hold a case is known now."""
    if said.before_id is None:
        _acknowledge(said.case_id, wait=timedelta())


def _acknowledge(case_id: int, *, wait: timedelta) -> None:
    queue.enqueue(
        queue.kinds[ACKNOWLEDGE], at=clock.now() + wait, key=f"case:{case_id}", case_id=case_id
    )


@reacts_to(Replied, name="channels.send_reply")
def send_reply(said: Replied) -> None:
    """An answer leaves: the mail that carries it is written."""
    letters.send_reply(message_id=said.message_id, by=automation("letters"), at=clock.now())


@reacts_to(MailFailed, name="channels.note_failed")
def note_failed(said: MailFailed) -> None:
    """A mail of ours failed for good: whoever looks after its case reads so there."""
    undelivered.note_failed(mail_id=said.mail_id, by=automation("letters"), at=clock.now())
