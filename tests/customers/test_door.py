"""The portal's door opens by proof of an address: once, in time, and for nobody else."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from libin.customers import actions, queries
from libin.customers.models import DoorCount, PortalProof, PortalSession
from libin.kernel.access import ANONYMOUS, SYSTEM, automation
from libin.kernel.models import OutgoingMail
from tests.cast import LI, STRANGER, WANG, Cast, gather

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PAGE = "https://service.example/my/enter/"


@pytest.fixture
def cast(db: None) -> Cast:
    return gather(at=NOON)


def ask(email: str, at: datetime = NOON) -> None:
    actions.start_proof(email=email, page=PAGE, by=ANONYMOUS, at=at)
    for proof in PortalProof.objects.filter(asked_at=at):
        actions.send_proof(proof_id=proof.pk, by=automation("customers.send_proof"), at=at)


def mailed(email: str) -> str:
    """The token in the last mail to an address."""
    mail = OutgoingMail.objects.filter(recipients=[email]).latest("id")
    return mail.text.split(PAGE)[1].split()[0].rstrip("/")


def open_door(token: str, at: datetime = NOON) -> str:
    return actions.finish_proof(token=token, by=ANONYMOUS, at=at)


def test_a_mailed_link_proves_the_address_and_begins_a_session(cast: Cast):
    ask(LI.email)
    session = open_door(mailed(LI.email), NOON + MINUTE)
    visitor = queries.visitor(session, at=NOON + MINUTE)
    assert visitor is not None
    assert (visitor.customer_id, visitor.email) == (cast.li.pk, LI.email)
    assert cast.li.contact_points.get().proved_at == NOON + MINUTE


def test_a_link_opens_once(cast: Cast):
    ask(LI.email)
    token = mailed(LI.email)
    open_door(token)
    assert not queries.link_opens(token, at=NOON)
    with pytest.raises(actions.LinkNotValid):
        open_door(token)
    assert PortalSession.objects.count() == 1


def test_a_link_is_too_old_after_fifteen_minutes(cast: Cast):
    ask(LI.email)
    token = mailed(LI.email)
    assert queries.link_opens(token, at=NOON + 14 * MINUTE)
    assert not queries.link_opens(token, at=NOON + 15 * MINUTE)
    with pytest.raises(actions.LinkNotValid):
        open_door(token, NOON + 15 * MINUTE)


def test_looking_at_a_link_does_not_use_it(cast: Cast):
    ask(LI.email)
    token = mailed(LI.email)
    for _ in range(20):
        assert queries.link_opens(token, at=NOON)
    assert open_door(token)


def test_an_unknown_address_is_not_written_to(cast: Cast):
    ask(STRANGER.email)
    assert not OutgoingMail.objects.exists()
    assert PortalProof.objects.count() == 1


def test_asking_leaves_the_same_trace_for_known_and_unknown(cast: Cast, django_assert_num_queries):
    with django_assert_num_queries(5):
        actions.start_proof(email=LI.email, page=PAGE, by=ANONYMOUS, at=NOON)
    with django_assert_num_queries(5):
        actions.start_proof(email=STRANGER.email, page=PAGE, by=ANONYMOUS, at=NOON)


def test_asking_often_within_a_minute_is_one_mail(cast: Cast):
    for second in range(0, 50, 10):
        ask(LI.email, NOON + timedelta(seconds=second))
    assert OutgoingMail.objects.filter(recipients=[LI.email]).count() == 1


@pytest.mark.parametrize(
    "change", [str.swapcase, lambda t: t[:-1], lambda t: t + "A", lambda t: " " + t]
)
def test_a_changed_token_opens_nothing(cast: Cast, change):
    ask(LI.email)
    with pytest.raises(actions.LinkNotValid):
        open_door(change(mailed(LI.email)))
    assert not PortalSession.objects.exists()


@pytest.mark.parametrize("token", ["", "\0", "a" * 100_000, "None", "null", "0"])
def test_a_forged_token_opens_nothing(cast: Cast, token: str):
    ask(STRANGER.email)
    assert not queries.link_opens(token, at=NOON)
    assert queries.visitor(token, at=NOON) is None
    with pytest.raises(actions.LinkNotValid):
        open_door(token)


def test_a_thousand_guesses_open_nothing(cast: Cast):
    ask(LI.email)
    open_door(mailed(LI.email))
    guesses = [f"{number:043d}" for number in range(1000)]
    assert not any(queries.visitor(guess, at=NOON) for guess in guesses)
    assert not any(queries.link_opens(guess, at=NOON) for guess in guesses)


def test_tokens_are_kept_as_hashes_only(cast: Cast):
    ask(LI.email)
    token = mailed(LI.email)
    session = open_door(token)
    kept = [bytes(row or b"") for row in PortalProof.objects.values_list("token_hash", flat=True)]
    kept += [bytes(row) for row in PortalSession.objects.values_list("token_hash", flat=True)]
    assert all(len(row) == 32 for row in kept)
    assert not {token.encode(), session.encode()} & set(kept)
    assert len(token) >= 22
    assert len(session) >= 22


@pytest.mark.parametrize(
    ("later", "alive"),
    [(timedelta(days=6), True), (timedelta(days=7), False), (timedelta(days=31), False)],
)
def test_a_session_ends_when_it_is_not_used(cast: Cast, later: timedelta, alive: bool):
    ask(LI.email)
    session = open_door(mailed(LI.email))
    assert (queries.visitor(session, at=NOON + later) is not None) is alive


def test_a_session_in_use_ends_after_thirty_days(cast: Cast):
    ask(LI.email)
    session = open_door(mailed(LI.email))
    at = NOON
    while (visitor := queries.visitor(session, at=at)) is not None:
        actions.note_seen(session_id=visitor.session_id, by=visitor.actor, at=at)
        at += timedelta(days=3)
    assert at - NOON == timedelta(days=30)


def test_nobody_signs_another_out(cast: Cast):
    ask(LI.email)
    ask(WANG.email)
    lis, wangs = open_door(mailed(LI.email)), open_door(mailed(WANG.email))
    li, wang = queries.visitor(lis, at=NOON), queries.visitor(wangs, at=NOON)
    assert li is not None
    assert wang is not None
    actions.sign_out(session_id=wang.session_id, by=li.actor, at=NOON)
    assert queries.visitor(wangs, at=NOON) is not None
    actions.sign_out(session_id=wang.session_id, by=wang.actor, at=NOON)
    assert queries.visitor(wangs, at=NOON) is None


def test_whoever_loses_the_address_loses_the_session(cast: Cast):
    ask(LI.email)
    session = open_door(mailed(LI.email))
    actions.remove_contact_point(
        contact_point_id=cast.li.contact_points.get().pk,
        by=cast.acting(cast.chen_jing),
        at=NOON,
    )
    assert queries.visitor(session, at=NOON) is None


def test_the_mail_speaks_the_customers_language(cast: Cast):
    change = actions.ProfileChange(language="en")
    actions.change_customer(customer_id=cast.li.pk, change=change, by=SYSTEM, at=NOON)
    ask(LI.email)
    mail = OutgoingMail.objects.get(recipients=[LI.email])
    assert mail.subject.isascii()
    assert "15 minutes" in mail.text
    assert mail.automatic


def visits(number: int, visitor: str = "192.0.2.7", at: datetime = NOON) -> list[timedelta]:
    return [
        actions.count_visit(
            door="form", visitor=visitor, limit=3, window=timedelta(hours=1), by=ANONYMOUS, at=at
        )
        for _ in range(number)
    ]


def test_too_many_visits_are_asked_to_wait_until_the_window_ends(cast: Cast):
    *welcome, wait = visits(4, at=NOON + 20 * MINUTE)
    assert welcome == [timedelta()] * 3
    assert wait == 40 * MINUTE
    assert visits(1, visitor="192.0.2.8") == [timedelta()]
    assert visits(1, at=NOON + 60 * MINUTE) == [timedelta()]


def test_who_visits_is_not_written_down(cast: Cast):
    visits(1, visitor="li.xue@customer.example")
    assert b"li.xue" not in bytes(DoorCount.objects.get().visitor)


def test_what_the_door_no_longer_needs_is_forgotten(cast: Cast):
    ask(LI.email)
    open_door(mailed(LI.email))
    visits(1)
    actions.forget_visits(by=SYSTEM, at=NOON + timedelta(days=40))
    assert not DoorCount.objects.exists()
    assert not PortalProof.objects.exists()
    assert not PortalSession.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_link_opened_twice_at_once_opens_once():
    gather(at=NOON)
    ask(LI.email)
    token = mailed(LI.email)
    start = threading.Barrier(6)
    opened: list[str] = []
    refused: list[str] = []

    def open_it() -> None:
        try:
            start.wait()
            opened.append(open_door(token))
        except actions.LinkNotValid as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    visitors = [threading.Thread(target=open_it) for _ in range(6)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert (len(opened), len(refused)) == (1, 5)
    assert PortalSession.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_visits_at_once_count_as_fifty():
    start = threading.Barrier(10)

    def come() -> None:
        try:
            start.wait()
            visits(5)
        finally:
            connection.close()

    visitors = [threading.Thread(target=come) for _ in range(10)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert DoorCount.objects.get().visits == 50
