"""The promise clock keeps out of the way of whoever acts on a case at the same instant."""

from datetime import datetime, timedelta
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from libin.desk import actions as desk
from libin.desk.queries.cases import locked_case
from libin.kernel.access import SYSTEM
from tests.desk.cases import Opens


@pytest.mark.row("D7")
@pytest.mark.django_db(transaction=True)
def test_a_case_somebody_acts_on_is_left_for_the_next_look(opens: Opens, at: datetime) -> None:
    case = opens()
    later = at + timedelta(days=2)
    holds, may_go = Event(), Event()

    def act() -> None:
        with transaction.atomic():
            locked_case(case.pk)
            holds.set()
            may_go.wait(20)
        connection.close()

    somebody = Thread(target=act)
    somebody.start()
    assert holds.wait(20)
    meanwhile = desk.look_at_due_promises(by=SYSTEM, at=later)
    may_go.set()
    somebody.join()
    assert meanwhile == 0
    assert desk.look_at_due_promises(by=SYSTEM, at=later) > 0
