"""A customer comes in by proof of her address, and learns nothing about others."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from libin.customers.models import PortalProof, PortalSession
from libin.kernel import queue
from libin.kernel.models import OutgoingMail
from tests.cast import LI, STRANGER, WANG, Cast
from tests.portal.visiting import LINK, signed_in, write

SIGN_IN = "/my/sign-in/"


def bare(page: str) -> str:
    """A page without what is new in every page."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page)


def test_the_link_in_the_mail_opens_my_requests(cast: Cast):
    browser = signed_in(LI.email)
    page = browser.get("/my/")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"


def test_the_cookie_is_the_portals_own_and_unseen_by_scripts(cast: Cast):
    cookie = signed_in(LI.email).cookies["libin_portal"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_mail_scanner_that_opens_the_link_does_not_use_it_up(cast: Cast, method: str):
    Client().post(SIGN_IN, {"email": LI.email})
    queue.run_all()
    link = LINK.search(OutgoingMail.objects.latest("id").text)
    assert link
    for _ in range(5):
        assert getattr(Client(), method)(link[1]).status_code == 200
    assert not PortalSession.objects.exists()
    her = Client()
    assert her.post(link[1]).status_code == 302
    assert her.get("/my/").status_code == 200
    assert Client().post(link[1]).status_code == 410


def test_known_and_unknown_addresses_get_the_same_answer(cast: Cast):
    answers = []
    for email in (LI.email, STRANGER.email, WANG.email, "x" * 60 + "@nowhere.example"):
        visitor = Client()
        answer = visitor.post(SIGN_IN, {"email": email})
        page = visitor.get(answer.headers["Location"])
        headers = {k: v for k, v in answer.headers.items() if k != "Set-Cookie"}
        answers.append((answer.status_code, headers, bare(page.content.decode())))
    assert all(answer == answers[0] for answer in answers)


def test_known_and_unknown_addresses_cost_the_same_statements(cast: Cast):
    from django.db import connection  # noqa: PLC0415 - as above
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - Django is set up by now

    counts = []
    Client().post(SIGN_IN, {"email": WANG.email})
    for email in (LI.email, STRANGER.email):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            Client().post(SIGN_IN, {"email": email})
        counts.append([query["sql"].split(" ")[0] for query in asked.captured_queries])
    assert counts[0] == counts[1]


def test_one_address_is_asked_to_wait_after_five_links_an_hour(cast: Cast):
    answers = [
        Client(REMOTE_ADDR=f"192.0.2.{n}").post(SIGN_IN, {"email": STRANGER.email})
        for n in range(6)
    ]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert answers[-1].headers["Retry-After"]


@pytest.mark.parametrize("email", ["", "x", "a@b@c.example", "a@c.example\r\nX: y"])
def test_what_is_no_address_is_said(cast: Cast, client: Client, email: str):
    assert client.post(SIGN_IN, {"email": email}).status_code == 422
    assert not PortalProof.objects.exists()


@pytest.mark.parametrize(
    "token", ["x", "0" * 43, "None", "null", "%00", "A" * 5000, "../../my", "a%2Fb"]
)
def test_a_forged_link_opens_nothing(cast: Cast, client: Client, token: str):
    for method in (client.get, client.post):
        answer = method(f"/my/enter/{token}/")
        assert answer.status_code in {404, 410}
        assert "libin_portal" not in answer.cookies
    assert not PortalSession.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "None", "\x00", "A" * 4000])
def test_a_forged_cookie_is_nobody(cast: Cast, client: Client, token: str):
    client.cookies["libin_portal"] = token
    answer = client.get("/my/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == SIGN_IN


def test_guessing_links_is_slowed_down(cast: Cast, client: Client):
    answers = [client.get(f"/my/enter/{n:043d}/").status_code for n in range(61)]
    assert answers[:60] == [410] * 60
    assert answers[60] == 429


def test_signing_out_ends_the_session_everywhere(cast: Cast):
    browser = signed_in(LI.email)
    stolen = browser.cookies["libin_portal"].value
    assert browser.post("/my/sign-out/").status_code == 302
    thief = Client()
    thief.cookies["libin_portal"] = stolen
    assert thief.get("/my/").status_code == 302


def test_a_link_to_sign_out_signs_nobody_out(cast: Cast):
    browser = signed_in(LI.email)
    assert browser.get("/my/sign-out/").status_code == 405
    assert browser.get("/my/").status_code == 200


def test_a_colleagues_session_opens_no_portal_and_a_customers_no_desk(cast: Cast):
    colleague = Client()
    colleague.force_login(cast.lin_xiao)
    assert colleague.get("/my/").status_code == 302
    customer = signed_in(LI.email)
    assert customer.get(reverse("desk:queue")).status_code in {302, 403, 404}


def test_the_link_points_to_our_own_address_whatever_host_was_asked(cast: Cast, settings):
    Client().post(
        SIGN_IN,
        {"email": LI.email},
        headers={"Host": "127.0.0.1", "X-Forwarded-Host": "evil.example"},
    )
    queue.run_all()
    mail = OutgoingMail.objects.latest("id")
    assert f"{settings.LIBIN_URL}/my/enter/" in mail.text
    assert "evil.example" not in mail.text


def test_an_address_that_only_wrote_to_us_is_not_proved_by_that(cast: Cast, client: Client):
    """Whoever enters somebody's address into the form gets no rights over that person's requests."""
    case = write(client, cast, email=LI.email)
    assert case.customer == cast.li
    assert cast.li.contact_points.get().proved_at is None
    assert client.get("/my/").status_code == 302
    assert client.get(f"/my/{case.pk}/").status_code == 302


def test_a_session_lives_on_while_it_is_used(cast: Cast):
    browser = signed_in(LI.email)
    session = PortalSession.objects.get()
    PortalSession.objects.update(seen_at=session.seen_at - timedelta(days=6))
    assert browser.get("/my/").status_code == 200
    assert PortalSession.objects.get().seen_at >= session.seen_at
    PortalSession.objects.update(seen_at=session.seen_at - timedelta(days=8))
    assert browser.get("/my/").status_code == 302
