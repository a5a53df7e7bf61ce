"""Signing in: who comes in, who waits, and what a stranger can learn at the door."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from libin.kernel import clock
from libin.kernel.models import AuditEntry
from libin.people import actions
from libin.people.models import Staff, StaffSession
from libin.people.sessions import hash_of
from tests.people.company import PASSWORD, Company

pytestmark = [pytest.mark.django_db, pytest.mark.row("X1")]
DOOR = "/account/sign-in/"
HOME = "/account/"


def sign_in(client: Client, email: str = "lin.yue@libin.example", password: str = PASSWORD, **more):
    return client.post(DOOR, {"login": email, "password": password}, **more)


def is_in(client: Client) -> bool:
    return client.get("/account/password/").status_code == 200


def test_a_colleague_comes_in_by_address_and_password(company: Company, client: Client):
    assert client.get(DOOR).status_code == 200
    response = sign_in(client)
    assert response.status_code == 302
    assert is_in(client)
    assert AuditEntry.objects.filter(
        act="people.signed_in", subject=f"staff:{company.lin_yue.pk}"
    ).exists()


def test_capitals_in_the_address_do_not_matter(company: Company, client: Client):
    sign_in(client, "  LIN.Yue@LIBIN.example ")
    assert is_in(client)


def test_nobody_can_sign_herself_up(company: Company, client: Client):
    for path in ("/account/signup/", "/accounts/signup/", "/signup/", "/account/sign-up/"):
        assert client.get(path).status_code == 404
    assert b"signup" not in client.get(DOOR).content


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("lin.yue@libin.example", "another-password-9"),
        ("nobody@libin.example", PASSWORD),
        ("invited@libin.example", PASSWORD),
        ("left@libin.example", PASSWORD),
    ],
)
def test_every_failure_gets_the_same_answer(
    company: Company, client: Client, email: str, password: str
):
    by = company.actor(company.shen_lan)
    actions.invite_staff(
        colleague=actions.NewColleague(email="invited@libin.example", name="Invited"),
        link="https://libin.example/{token}",
        valid_for=timedelta(hours=1),
        by=by,
        at=clock.now(),
    )
    left = actions.enrol_staff(
        colleague=actions.NewColleague(email="left@libin.example", name="Left"),
        password=PASSWORD,
        by=by,
        at=clock.now(),
    )
    actions.deactivate_staff(staff_id=left.pk, by=by, at=clock.now())
    answer = sign_in(client, email, password)
    assert answer.status_code == 200
    assert "所填电子邮箱与密码不匹配" in answer.content.decode()
    words = re.sub(r'value="[^"]*"|content="[^"]*"', "", answer.content.decode())
    other = sign_in(Client(), "quite.another@libin.example", "wrong-password-1").content.decode()
    assert words.replace(email, "") == re.sub(r'value="[^"]*"|content="[^"]*"', "", other).replace(
        "quite.another@libin.example", ""
    )
    assert not is_in(client)


def test_known_and_unknown_cost_the_same_work(company: Company):
    def statements(email: str) -> list[str]:
        with CaptureQueriesContext(connection) as seen:
            sign_in(Client(), email, "wrong-password-1")
        return [re.sub(r"'[^']*'|\d+|\\x[0-9a-f]+", "?", one["sql"])[:60] for one in seen]

    assert statements("lin.yue@libin.example") == statements("nobody@libin.example")


# Waiting


def test_after_ten_failures_a_stranger_waits_and_the_wait_ends(company: Company):
    stranger = Client()
    with time_machine.travel(clock.now(), tick=False) as watch:
        for _ in range(10):
            sign_in(stranger, password="wrong-password-1")
        refused = sign_in(stranger)
        assert "尝试次数过多" in refused.content.decode()
        assert not is_in(stranger)
        watch.shift(31)
        sign_in(stranger)
        assert is_in(stranger)


def test_a_wait_never_outlasts_a_quarter_of_an_hour(company: Company):
    stranger = Client()
    with time_machine.travel(clock.now(), tick=False) as watch:
        for _ in range(60):
            sign_in(stranger, password="wrong-password-1")
            watch.shift(61)
        watch.shift(15 * 60)
        sign_in(stranger)
        assert is_in(stranger)


def test_a_stranger_locks_nobody_out_of_her_own_browser(company: Company):
    own, stranger = Client(), Client()
    sign_in(own)
    own.post("/account/sign-out/")
    assert not is_in(own)
    for _ in range(30):
        sign_in(stranger, password="wrong-password-1", REMOTE_ADDR="192.0.2.9")
    assert "尝试次数过多" in sign_in(stranger, REMOTE_ADDR="192.0.2.9").content.decode()
    sign_in(own)
    assert is_in(own)


def test_a_known_browser_is_counted_too(company: Company):
    own = Client()
    sign_in(own)
    own.post("/account/sign-out/")
    for _ in range(10):
        sign_in(own, password="wrong-password-1")
    assert "尝试次数过多" in sign_in(own).content.decode()


def test_a_device_cookie_of_one_account_says_nothing_for_another(company: Company):
    client = Client()
    sign_in(client)
    client.post("/account/sign-out/")
    for _ in range(10):
        sign_in(client, "zhou.wen@libin.example", "wrong-password-1")
    refused = sign_in(Client(), "zhou.wen@libin.example")
    assert "尝试次数过多" in refused.content.decode()


def test_one_address_that_tries_many_accounts_waits(company: Company):
    for number in range(60):
        sign_in(Client(), f"guess{number}@libin.example", "wrong-password-1")
    assert "尝试次数过多" in sign_in(Client()).content.decode()
    other = Client()
    sign_in(other, REMOTE_ADDR="198.51.100.7")
    assert is_in(other)


def test_one_good_account_does_not_wash_an_address_clean(company: Company):
    for number in range(58):
        sign_in(Client(), f"guess{number}@libin.example", "wrong-password-1")
        if number % 10 == 0:
            sign_in(Client())
    sign_in(Client(), "guess-a@libin.example", "wrong-password-1")
    sign_in(Client(), "guess-b@libin.example", "wrong-password-1")
    assert "尝试次数过多" in sign_in(Client(), "he.ning@libin.example").content.decode()


def test_a_forwarding_header_does_not_change_who_waits(company: Company):
    for number in range(10):
        sign_in(Client(), password="wrong-password-1", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
    refused = sign_in(Client(), HTTP_X_FORWARDED_FOR="203.0.113.200")
    assert "尝试次数过多" in refused.content.decode()


# Sessions


def test_the_session_gets_a_new_key_when_somebody_comes_in(company: Company, client: Client):
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key or ""
    client.cookies[settings.SESSION_COOKIE_NAME] = before
    sign_in(client)
    after = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert after != before
    assert not StaffSession.objects.filter(session_key=hash_of(before)).exists()


def test_the_table_does_not_hold_what_the_cookie_says(company: Company, client: Client):
    sign_in(client)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    row = StaffSession.objects.get(staff=company.lin_yue)
    assert row.session_key == hash_of(key)
    assert key not in row.session_data


def test_a_session_left_alone_ends(company: Company, client: Client):
    with time_machine.travel(clock.now(), tick=False) as watch:
        sign_in(client)
        watch.shift(settings.SESSION_COOKIE_AGE - 1)
        assert is_in(client)
        watch.shift(settings.SESSION_COOKIE_AGE + 1)
        assert not is_in(client)


def test_a_session_ends_after_its_longest_time_however_busy(company: Company, client: Client):
    with time_machine.travel(clock.now(), tick=False) as watch:
        sign_in(client)
        spent = 0
        while spent < settings.LIBIN_SESSION_ABSOLUTE_SECONDS - 3600:
            watch.shift(3600)
            spent += 3600
            assert is_in(client)
        watch.shift(3600)
        assert not is_in(client)


def test_signs_of_life_do_not_keep_a_session(company: Company, client: Client):
    with time_machine.travel(clock.now(), tick=False) as watch:
        sign_in(client)
        for _ in range(5):
            watch.shift(settings.SESSION_COOKIE_AGE / 4 + 1)
            client.get(HOME, headers={"X-Libin-Live": "1"})
        assert not is_in(client)


def test_the_cookie_is_for_this_browser_session_and_no_script(company: Company, client: Client):
    cookie = sign_in(client).cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == ""


def test_a_person_sees_and_closes_her_own_sessions_only(company: Company):
    here, there, other = Client(), Client(), Client()
    sign_in(here)
    sign_in(there, HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/140.0")
    sign_in(other, "zhou.wen@libin.example")
    page = here.get(HOME).content.decode()
    assert "Chrome / Windows" in page
    theirs = StaffSession.objects.get(staff=company.zhou_wen).session_key
    assert theirs not in page
    here.post("/account/sessions/end/", {"session": theirs})
    assert is_in(other)
    key = hash_of(there.cookies[settings.SESSION_COOKIE_NAME].value)
    here.post("/account/sessions/end/", {"session": key})
    assert not is_in(there)
    assert is_in(here)


def test_all_other_sessions_can_be_closed_at_once(company: Company):
    clients = [Client() for _ in range(4)]
    for client in clients:
        sign_in(client)
    clients[0].post("/account/sessions/end-others/")
    assert [is_in(client) for client in clients] == [True, False, False, False]


def test_a_new_password_closes_every_other_session(company: Company):
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)
    new = "rivers-and-9-mountains"
    answer = here.post("/account/password/", {"current": PASSWORD, "password": new, "again": new})
    assert answer.status_code == 302
    assert is_in(here)
    assert not is_in(there)
    sign_in(there, password=PASSWORD)
    assert not is_in(there)
    sign_in(there, password=new)
    assert is_in(there)


@pytest.mark.parametrize(
    "said",
    [
        {
            "current": "wrong-password-1",
            "password": "rivers-and-9-mountains",
            "again": "rivers-and-9-mountains",
        },
        {
            "current": PASSWORD,
            "password": "rivers-and-9-mountains",
            "again": "rivers-and-8-mountains",
        },
        {"current": PASSWORD, "password": "short", "again": "short"},
        {"current": PASSWORD, "password": "", "again": ""},
    ],
)
def test_a_password_is_not_changed_by_a_bad_form(
    company: Company, client: Client, said: dict[str, str]
):
    sign_in(client)
    assert client.post("/account/password/", said).status_code == 422
    assert Staff.objects.get(pk=company.lin_yue.pk).check_password(PASSWORD)


def test_deactivation_ends_every_session_at_once(company: Company):
    clients = [Client() for _ in range(3)]
    for client in clients:
        sign_in(client)
    actions.deactivate_staff(
        staff_id=company.lin_yue.pk, by=company.actor(company.shen_lan), at=clock.now()
    )
    assert not any(is_in(client) for client in clients)
    assert not StaffSession.objects.filter(staff=company.lin_yue).exists()
    sign_in(clients[0])
    assert not is_in(clients[0])


def test_a_request_under_way_does_not_bring_a_closed_session_back(company: Company, client: Client):
    sign_in(client)
    session = client.session
    session["late"] = True
    StaffSession.objects.filter(staff=company.lin_yue).delete()
    with pytest.raises(Exception, match=r"^$"):
        session.save()
    assert not StaffSession.objects.filter(staff=company.lin_yue).exists()


def test_signing_out_ends_the_session(company: Company, client: Client):
    sign_in(client)
    assert client.get("/account/sign-out/").status_code == 200
    assert is_in(client)
    client.post("/account/sign-out/")
    assert not is_in(client)
    assert not StaffSession.objects.filter(staff=company.lin_yue).exists()


def test_a_stranger_is_led_to_the_door_and_back_home_only(company: Company, client: Client):
    answer = client.get("/people/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(DOOR)
    for place in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
    ):
        client = Client()
        answer = client.post(
            f"{DOOR}?next={place}",
            {"login": "lin.yue@libin.example", "password": PASSWORD, "next": place},
        )
        assert "evil" not in answer.headers["Location"]
        assert "javascript" not in answer.headers["Location"]
