"""The door counts exactly, forgets in time, and holds against many at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from libin.kernel.access import SYSTEM
from libin.kernel.errors import Refusal
from libin.kernel.models import OutgoingMail
from libin.people import actions, door, queries
from libin.people.door import DOOR, Knock
from libin.people.models import CodeUse, DoorFailures, Staff, StaffSession
from libin.people.rules import ACCOUNT_DOOR, token_hash, wait_after
from libin.people.sessions import SessionStore
from tests.people.company import MORNING, PASSWORD, Company, enrol, found

pytestmark = pytest.mark.row("X1")
SECONDS = st.integers(min_value=0, max_value=100_000).map(lambda s: timedelta(seconds=s))


def at_once(work: Callable[[int], object], times: int) -> list[object]:
    """The outcomes of the same work done by many at the same time."""

    def one(number: int) -> object:
        try:
            return work(number)
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(times)))


# Waiting


@given(failures=st.integers(0, 10_000), since=SECONDS)
def test_a_wait_is_never_longer_than_a_quarter_of_an_hour(failures: int, since: timedelta):
    wait = wait_after(failures=failures, last_at=MORNING, at=MORNING + since, policy=ACCOUNT_DOOR)
    assert timedelta() <= wait <= timedelta(minutes=15)


@given(failures=st.integers(0, 10_000), since=SECONDS)
def test_whoever_waits_as_told_may_try(failures: int, since: timedelta):
    wait = wait_after(failures=failures, last_at=MORNING, at=MORNING + since, policy=ACCOUNT_DOOR)
    then = MORNING + since + wait
    assert not wait_after(failures=failures, last_at=MORNING, at=then, policy=ACCOUNT_DOOR)


@given(failures=st.integers(0, 9))
def test_nobody_waits_for_a_few_mistakes(failures: int):
    assert not wait_after(failures=failures, last_at=MORNING, at=MORNING, policy=ACCOUNT_DOOR)


@pytest.mark.django_db
def test_a_quiet_hour_is_forgiving():
    knock = Knock({"account": "lin.yue@libin.example"})
    for _ in range(10):
        assert not door.count_attempt(knock=knock, at=MORNING)
    assert door.count_attempt(knock=knock, at=MORNING) == timedelta(seconds=30)
    later = MORNING + timedelta(hours=1)
    for _ in range(10):
        assert not door.count_attempt(knock=knock, at=later)
    assert door.count_attempt(knock=knock, at=later)


@pytest.mark.django_db
def test_the_table_of_failures_names_nobody():
    door.count_attempt(knock=Knock({"account": "lin.yue@libin.example"}), at=MORNING)
    assert b"lin" not in bytes(DoorFailures.objects.get().visitor)
    assert (
        door.count_attempt(knock=Knock({"account": " LIN.yue@libin.example"}), at=MORNING)
        == timedelta()
    )
    assert DoorFailures.objects.get().failures == 2


# Many at once


@pytest.mark.django_db(transaction=True)
def test_a_hundred_attempts_at_once_count_as_a_hundred():
    knock = Knock({"account": "lin.yue@libin.example", "address": "192.0.2.1"})
    waits = at_once(lambda _: door.count_attempt(knock=knock, at=MORNING), 100)
    assert waits.count(timedelta()) == ACCOUNT_DOOR.free_failures


@pytest.mark.django_db(transaction=True)
def test_one_code_offered_by_many_at_once_opens_once():
    company = found()
    opened = at_once(
        lambda _: door.use_code(staff_id=company.lin_yue.pk, code="123456", at=MORNING), 24
    )
    assert opened.count(True) == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_remove_each_other():
    company = found()
    second = enrol("许静", "xu.jing@libin.example", "administrator")
    actions.deactivate_staff(staff_id=company.he_ning.pk, by=SYSTEM, at=MORNING)
    pairs = [(company.shen_lan, second), (second, company.shen_lan)]
    actors = {staff.pk: company.actor(staff) for staff in (company.shen_lan, second)}

    def remove(number: int) -> object:
        who, whom = pairs[number % 2]
        return actions.deactivate_staff(staff_id=whom.pk, by=actors[who.pk], at=MORNING)

    at_once(remove, 2)
    assert queries.administrators().count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_invitation_accepted_by_many_at_once_lets_one_in():
    company = found()
    actions.invite_staff(
        colleague=actions.NewColleague(email="tang.qi@libin.example", name="唐琪"),
        link="[{token}]",
        valid_for=timedelta(hours=1),
        by=company.actor(company.shen_lan),
        at=MORNING,
    )
    token = OutgoingMail.objects.get().text.partition("[")[2].partition("]")[0]

    def accept(number: int) -> object:
        return actions.accept_invitation(
            hashed_token=token_hash(token), password=f"{PASSWORD}-{number}", by=DOOR, at=MORNING
        )

    outcomes = at_once(accept, 8)
    assert len([one for one in outcomes if isinstance(one, Staff)]) == 1


# Sweeping


@pytest.mark.django_db
def test_what_is_over_is_swept_away_and_the_rest_stays(company: Company):
    store = SessionStore()
    store["x"] = 1
    store.save()
    assert SessionStore().exists(store.session_key or "")
    now = StaffSession.objects.get().ends_at
    door.use_code(staff_id=company.lin_yue.pk, code="123456", at=now)
    door.count_attempt(knock=Knock({"account": "a"}), at=now)
    actions.sweep_door(by=DOOR, at=now)
    assert StaffSession.objects.exists()
    actions.sweep_door(by=DOOR, at=now + timedelta(days=2))
    for table in (StaffSession, CodeUse, DoorFailures):
        assert not table.objects.exists()
    assert Staff.objects.count() == 4
