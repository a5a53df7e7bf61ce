"""Whoever writes to us is somebody's customer, once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from libin.customers import actions, queries
from libin.customers.models import ContactPoint, Customer
from libin.customers.rules import written_email, written_name, written_phone
from libin.kernel.access import SYSTEM, automation
from libin.kernel.models import AuditEntry, FactRecord
from tests.cast import CHEN_JING, LI, STRANGER, WANG, Cast, gather

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
MAIL = automation("channels.mail")


@pytest.fixture
def cast(db: None) -> Cast:
    return gather(at=NOON)


def recognise(email: str, name: str = "", at: datetime = NOON) -> Customer:
    return actions.recognise(email=email, name=name, channel="email", by=MAIL, at=at)


@pytest.mark.row("C1")
def test_a_stranger_becomes_a_customer_of_the_default_tier(cast: Cast):
    customer = recognise(STRANGER.email, STRANGER.name)
    assert customer.name == STRANGER.name
    assert customer.tier == cast.handbook.default_tier
    assert customer.pinyin == "zhouyiming"
    point = customer.contact_points.get()
    assert (point.email, point.proved_at) == (STRANGER.email, None)
    assert FactRecord.objects.filter(name="customers.customer_added").count() >= 1
    assert AuditEntry.objects.filter(
        act="customers.add", subject=f"customer:{customer.pk}"
    ).exists()


@pytest.mark.row("C1")
@pytest.mark.parametrize(
    "written", ["WANG.JianGuo@Customer.Example", " wang.jianguo@customer.example "]
)
def test_an_address_is_the_same_however_it_is_written(cast: Cast, written: str):
    assert recognise(written) == cast.wang


def test_a_senders_own_name_never_renames_a_known_customer(cast: Cast):
    recognise(WANG.email, "Your Bank <b>Security</b>")
    cast.wang.refresh_from_db()
    assert cast.wang.name == WANG.name


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b@c",
        "a b@c.example",
        "a@c.example\nBcc: x@y.example",
        "a\0@c.example",
        "<a@c.example>",
        "a@",
        "@c.example",
        ".a@c.example",
        "a..b@c.example",
        "x" * 250 + "@c.example",
        "a\u202e@c.example",
        "a,b@c.example",
    ],
)
def test_what_is_no_address_is_refused(cast: Cast, address: str):
    before = Customer.objects.count()
    with pytest.raises(actions.AddressNotValid):
        recognise(address, "Somebody")
    assert Customer.objects.count() == before


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("  王  建国\n", "王 建国"),
        ("👩‍🚀 Zoë", "👩‍🚀 Zoë"),
        ("a\u202eb\u200b", "ab"),
        ("x" * 100_000, "x" * 200),
        ("\0\r\n", ""),
    ],
)
def test_names_are_kept_as_they_can_be_shown(said: str, kept: str):
    assert written_name(said) == kept


def test_a_customer_without_a_name_is_called_by_her_address(cast: Cast):
    assert recognise("zoe@elsewhere.example", "\u200b").name == "zoe"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("138 0013 8000", "+8613800138000"),
        ("(010) 8888-8888", "+861088888888"),
        ("+44 20 7946 0958", "+442079460958"),
        ("0044 20 7946 0958", "+442079460958"),
        ("１３８００１３８０００", "+8613800138000"),
        ("call me", None),
        ("123", None),
    ],
)
def test_phone_numbers_have_one_form(said: str, kept: str | None):
    assert written_phone(said) == kept


def test_written_addresses_stay_as_they_are_when_written_again():
    once = written_email("Some.Body+Tag@Example.COM")
    assert once == "some.body+tag@example.com"
    assert written_email(once) == once


@pytest.mark.django_db(transaction=True)
def test_two_mails_of_one_stranger_at_once_make_one_customer():
    gather(at=NOON)
    start = threading.Barrier(8)
    found: list[int] = []

    def write() -> None:
        try:
            start.wait()
            found.append(recognise(STRANGER.email, STRANGER.name).pk)
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert Customer.objects.filter(name=STRANGER.name).count() == 1
    assert ContactPoint.objects.filter(email=STRANGER.email).count() == 1


def test_a_colleague_adds_a_customer_and_a_second_one_with_her_address_is_refused(cast: Cast):
    agent = cast.acting(cast.lin_xiao)
    said = actions.NewCustomer(name="海港贸易", kind="organisation", email="office@trade.example")
    added = actions.add_customer(said=said, by=agent, at=NOON)
    assert added.source == "staff"
    with pytest.raises(actions.AddressTaken):
        actions.add_customer(said=said, by=agent, at=NOON)
    assert Customer.objects.filter(name="海港贸易").count() == 1


def test_mail_goes_to_a_proved_address_first(cast: Cast):
    agent = cast.acting(cast.lin_xiao)
    point = actions.add_contact_point(
        customer_id=cast.li.pk, kind="email", value="li.second@customer.example", by=agent, at=NOON
    )
    assert queries.email_to_write(cast.li.pk) == LI.email
    ContactPoint.objects.filter(pk=point.pk).update(proved_at=NOON + timedelta(days=1))
    assert queries.email_to_write(cast.li.pk) == "li.second@customer.example"
    assert queries.email_to_write(10**9) == ""


def test_the_house_may_name_any_tier_it_has_and_no_other(cast: Cast):
    with pytest.raises(actions.NoSuchTier):
        actions.add_customer(
            said=actions.NewCustomer(name=CHEN_JING.name, tier="emperor"), by=SYSTEM, at=NOON
        )
