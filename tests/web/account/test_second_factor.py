"""A second factor: set up, asked for, accepted once, and not to be guessed."""

import time
from collections.abc import Iterator

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from libin.kernel import clock
from libin.kernel.models import AuditEntry
from tests.people.company import PASSWORD, Company
from tests.web.account.test_door import is_in, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.row("X1")]
APP = "/account/second-factor/app/"
CODE = "/account/sign-in/code/"


@pytest.fixture
def watch() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(clock.now(), tick=False) as travelling:
        yield travelling


def code_of(secret: str, steps: int = 0) -> str:
    """What the app shows now, or some steps of 30 seconds from now."""
    # The app's clock is the wall clock that the test has stopped.
    counter = int(time.time()) // 30 + steps  # noqa: TID251
    shown: str = format_hotp_value(hotp_value(secret, counter))
    return shown


def set_up(client: Client) -> str:
    """Turn the second factor on; returns the secret that the app keeps."""
    again = client.get(APP)
    assert again.status_code == 302
    assert again.headers["Location"].startswith("/account/sign-in/again/")
    client.post(again.headers["Location"], {"password": PASSWORD})
    page = client.get(APP)
    secret: str = page.context["form"].secret
    assert secret in page.content.decode()
    assert client.post(APP, {"code": code_of(secret)}).status_code == 302
    return secret


@pytest.fixture
def secret(company: Company, watch: time_machine.Traveller) -> str:
    client = Client()
    sign_in(client)
    found = set_up(client)
    watch.shift(60)
    return found


def test_the_password_alone_no_longer_opens(secret: str, client: Client):
    answer = sign_in(client)
    assert answer.headers["Location"].startswith(CODE)
    assert client.get(CODE).status_code == 200
    assert not is_in(client)


def test_password_and_code_open(secret: str, client: Client):
    sign_in(client)
    client.post(CODE, {"code": code_of(secret)})
    assert is_in(client)


@pytest.mark.parametrize("steps", [-1, 1])
def test_a_clock_half_a_minute_off_does_not_matter(secret: str, client: Client, steps: int):
    sign_in(client)
    client.post(CODE, {"code": code_of(secret, steps)})
    assert is_in(client)


@pytest.mark.parametrize("steps", [-3, -2, 2, 3, 2880])
def test_codes_of_other_times_do_not_open(secret: str, client: Client, steps: int):
    sign_in(client)
    client.post(CODE, {"code": code_of(secret, steps)})
    assert not is_in(client)


def test_a_code_opens_once_in_a_hundred_tries(secret: str, watch: time_machine.Traveller):
    code = code_of(secret)
    first = Client()
    sign_in(first)
    first.post(CODE, {"code": code})
    assert is_in(first)
    opened = 0
    for _ in range(100):
        thief = Client()
        # Another process does not share this one's cache.
        cache.clear()
        sign_in(thief)
        thief.post(CODE, {"code": code})
        opened += is_in(thief)
    assert opened == 0


def test_a_code_seen_while_setting_up_does_not_open(
    company: Company, watch: time_machine.Traveller
):
    client, thief = Client(), Client()
    sign_in(client)
    secret = set_up(client)
    cache.clear()
    sign_in(thief)
    thief.post(CODE, {"code": code_of(secret)})
    assert not is_in(thief)


def test_codes_cannot_be_guessed(secret: str, watch: time_machine.Traveller):
    guesser = Client()
    sign_in(guesser)
    for number in range(5):
        guesser.post(CODE, {"code": f"00000{number}"})
    answer = guesser.post(CODE, {"code": code_of(secret)})
    assert "尝试次数过多" in answer.content.decode()
    other = Client()
    sign_in(other)
    assert "尝试次数过多" in other.post(CODE, {"code": code_of(secret)}).content.decode()
    watch.shift(31)
    other.post(CODE, {"code": code_of(secret)})
    assert is_in(other)


def test_a_recovery_code_opens_once(secret: str, company: Company):
    owner = Client()
    sign_in(owner)
    owner.post(CODE, {"code": code_of(secret)})
    place = owner.get("/account/second-factor/recovery/").headers.get("Location")
    assert place is None or place.startswith("/account/sign-in")
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    first, second = Client(), Client()
    sign_in(first)
    first.post(CODE, {"code": codes[0]})
    assert is_in(first)
    cache.clear()
    sign_in(second)
    second.post(CODE, {"code": codes[0]})
    assert not is_in(second)


def test_the_secret_is_sealed_in_the_table(secret: str):
    for row in Authenticator.objects.all():
        assert secret not in str(row.data)


def test_turning_it_on_is_on_record(secret: str, company: Company):
    entries = AuditEntry.objects.filter(
        act="people.second_factor", subject=f"staff:{company.lin_yue.pk}"
    )
    assert [entry.details["event"] for entry in entries.order_by("pk")][0] == "app_on"


def test_turning_it_off_needs_proof_of_who_it_is(
    secret: str, client: Client, watch: time_machine.Traveller
):
    sign_in(client)
    client.post(CODE, {"code": code_of(secret)})
    answer = client.post(APP + "remove/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/sign-in/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_where_it_is_required_nobody_gets_further_without(
    company: Company, client: Client, settings: Settings, watch: time_machine.Traveller
):
    settings.LIBIN_SECOND_FACTOR = "required"
    sign_in(client, "shen.lan@libin.example")
    for place in ("/people/", "/people/invite/", f"/people/{company.lin_yue.pk}/", "/"):
        answer = client.get(place)
        assert answer.status_code == 302
        assert answer.headers["Location"] == APP
    assert client.post("/people/invite/", {"name": "X"}).headers["Location"] == APP
    assert is_in(client)
    set_up(client)
    assert client.get("/people/").status_code == 200
    watch.shift(60)
    client.post("/account/sign-in/again/?next=" + APP + "remove/", {"password": PASSWORD})
    client.post(APP + "remove/")
    assert Authenticator.objects.filter(type="totp").exists()


def test_the_factor_of_one_person_says_nothing_of_another(secret: str, client: Client):
    sign_in(client, "zhou.wen@libin.example")
    assert is_in(client)
    assert client.get("/account/second-factor/recovery/").status_code in {302, 404}
