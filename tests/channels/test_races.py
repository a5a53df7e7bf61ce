"""Several workers at once place every mail once and answer nobody twice."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from libin.channels.actions.receiving import keep_mail
from libin.channels.models import InboundMail
from libin.desk.models import Case
from libin.kernel import clock, queue
from libin.kernel.access import SYSTEM
from libin.kernel.models import Job, OutgoingMail
from tests.cast import Person, gather
from tests.channels.service import MORNING, set_up_mailbox
from tests.fixtures.mail.letters import letter

State = InboundMail.State
WRITERS = [Person(f"客户{n}", f"c{n}@customer.example") for n in range(6)]


def work_together(threads: int) -> list[str]:
    """Run all that is owed in several threads, as several workers would; what went wrong."""
    problems: list[str] = []

    def run() -> None:
        try:
            with clock.stopped_at(MORNING + timedelta(minutes=1)):
                idle = 0
                while idle < 3:
                    busy = queue.run_next(queue.Lane.OUTSIDE) or queue.run_next(queue.Lane.INSIDE)
                    idle = 0 if busy else idle + 1
        except Exception as problem:
            problems.append(repr(problem))
        finally:
            connection.close()

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(120)
    return problems


@pytest.mark.row("K5")
@pytest.mark.django_db(transaction=True)
def test_copies_placed_at_the_same_moment_are_one_case():
    with clock.stopped_at(MORNING):
        gather(at=MORNING)
        box = set_up_mailbox()
        for number in range(24):
            raw = letter(
                WRITERS[number % 6],
                subject=f"matter {number}",
                message_id=f"<r{number}@customer.example>",
            )
            for _ in range(3):
                keep_mail(mailbox_id=box.pk, raw=raw, by=SYSTEM, at=MORNING)
    assert not work_together(4)
    # What lost a race is tried again a little later.
    Job.objects.update(due_at=MORNING)
    assert not work_together(2)
    states = Counter(InboundMail.objects.values_list("state", flat=True))
    assert states == {State.CASE_OPENED: 24, State.DUPLICATE: 48}
    assert sorted(Case.objects.values_list("subject", flat=True)) == sorted(
        f"matter {n}" for n in range(24)
    )
    answered = Counter(to for mail in OutgoingMail.objects.all() for to in mail.recipients)
    assert answered == {person.email: 1 for person in WRITERS}
