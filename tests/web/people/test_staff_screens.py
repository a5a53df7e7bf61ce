"""The staff screens: who sees and does what, from the invitation to the last day."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from libin.kernel.models import OutgoingMail
from libin.people.models import Leave, Shift, Staff
from tests.people.company import PASSWORD, Company, enrol
from tests.web.account.test_door import is_in, sign_in

pytestmark = pytest.mark.django_db
SHEN, ZHOU, LIN, HE = (
    f"{name}@libin.example" for name in ("shen.lan", "zhou.wen", "lin.yue", "he.ning")
)


def signed_in(email: str) -> Client:
    client = Client()
    sign_in(client, email)
    return client


def mailed_link(email: str, what: str) -> str:
    text = OutgoingMail.objects.filter(recipients=[email]).latest("pk").text
    found = re.search(rf"https?://[^/\s]+(/account/{what}/\S+)", text)
    assert found
    return found[1]


INVITED = {
    "name": "唐琪",
    "email": "tang.qi@libin.example",
    "roles": ["agent"],
    "teams": ["first"],
    "language": "zh-hans",
}


@pytest.mark.row("X1")
def test_a_colleague_is_invited_and_comes_in(company: Company, client: Client):
    answer = signed_in(SHEN).post("/people/invite/", INVITED)
    assert answer.status_code == 302
    link = mailed_link("tang.qi@libin.example", "invitation")
    opened = client.get(link)
    assert opened.status_code == 302
    assert opened.headers["Location"] == "/account/invitation/"
    page = client.get("/account/invitation/")
    assert "唐琪" in page.content.decode()
    refused = client.post("/account/invitation/", {"password": "short", "again": "short"})
    assert refused.status_code == 422
    assert (
        client.post("/account/invitation/", {"password": PASSWORD, "again": PASSWORD}).headers[
            "Location"
        ]
        == "/account/sign-in/"
    )
    sign_in(client, "tang.qi@libin.example")
    assert is_in(client)
    again = Client().get(link)
    assert again.status_code == 404
    assert "此链接已失效" in again.content.decode()


@pytest.mark.row("X1")
@pytest.mark.parametrize("spoil", ["", "x", "swap"])
def test_a_link_that_is_not_quite_right_does_not_open(company: Company, spoil: str):
    signed_in(SHEN).post("/people/invite/", INVITED)
    link = mailed_link("tang.qi@libin.example", "invitation")
    token = link.rstrip("/").rsplit("/", 1)[1]
    wrong = {"": "-", "x": token + "x", "swap": token.swapcase()}[spoil]
    client = Client()
    assert client.get(f"/account/invitation/{wrong}/").status_code == 404
    assert client.get("/account/invitation/").status_code == 404
    assert (
        client.post("/account/invitation/", {"password": PASSWORD, "again": PASSWORD}).status_code
        == 404
    )
    assert not Staff.objects.get(email="tang.qi@libin.example").is_active


@pytest.mark.row("X1")
def test_a_forgotten_password_is_replaced_by_a_mailed_link(company: Company, deliver):
    here, door = signed_in(LIN), Client()
    known = door.post("/account/forgotten/", {"email": LIN})
    unknown = Client().post("/account/forgotten/", {"email": "nobody@libin.example"})
    stripped = [
        re.sub(r'content="[^"]*"|value="[^"]*"', "", one.content.decode())
        for one in (known, unknown)
    ]
    assert stripped[0] == stripped[1]
    assert not OutgoingMail.objects.exists()
    deliver()
    assert OutgoingMail.objects.count() == 1
    door.get(mailed_link(LIN, "forgotten"))
    new = "rivers-and-9-mountains"
    assert door.post("/account/forgotten/new/", {"password": new, "again": new}).status_code == 302
    assert not is_in(here)
    sign_in(here, LIN, new)
    assert is_in(here)
    assert Client().get(mailed_link_before_last(LIN)).status_code == 404


def mailed_link_before_last(email: str) -> str:
    """The reset link; the last letter tells that the password was changed."""
    letters = OutgoingMail.objects.filter(recipients=[email]).order_by("pk")
    found = re.search(r"(/account/forgotten/\S+)", letters[0].text)
    assert found
    return found[1]


@pytest.mark.row("X1")
def test_asking_for_links_without_end_is_refused(company: Company):
    door = Client()
    answers = [door.post("/account/forgotten/", {"email": LIN}).status_code for _ in range(7)]
    assert answers == [200] * 5 + [422] * 2


def test_an_invitation_that_makes_no_sense_says_why(company: Company):
    client = signed_in(SHEN)
    answer = client.post("/people/invite/", INVITED | {"email": LIN.upper()})
    assert answer.status_code == 422
    assert "该电子邮箱已有人使用" in answer.content.decode()
    assert client.post("/people/invite/", INVITED | {"roles": ["emperor"]}).status_code == 422


# Who may see and do what

PAGES = {
    "/people/": (200, 200, 403, 200),
    "/people/invite/": (200, 200, 403, 200),
    "/people/duties/": (200, 200, 200, 200),
    "/people/roster/": (200, 200, 403, 200),
    "/people/{zhou}/": (200, 200, 404, 200),
    "/people/{lin}/": (200, 200, 200, 200),
    "/people/{lin}/deactivate/": (200, 403, 403, 403),
    "/people/{he}/deactivate/": (200, 403, 404, 403),
    "/people/0/": (404, 404, 404, 404),
}


@pytest.mark.row("X1")
@pytest.mark.parametrize("path", PAGES)
def test_each_role_sees_its_pages_and_no_others(company: Company, path: str):
    address = path.format(zhou=company.zhou_wen.pk, lin=company.lin_yue.pk, he=company.he_ning.pk)
    found = tuple(signed_in(who).get(address).status_code for who in (SHEN, ZHOU, LIN, HE))
    assert found == PAGES[path]
    assert Client().get(address).status_code == 302


POSTS = {
    "details": {"name": "Renamed", "level": "", "capacity": "99", "languages": "zh"},
    "roles": {"roles": ["administrator"]},
    "teams": {"teams": ["premium"], "leads": ["premium"]},
    "skills": {"skills": "vip 9"},
    "certificates": {"code": "gold", "held_on": "2026-01-01"},
    "deactivate": {},
    "reactivate": {},
    "invite-again": {},
}


@pytest.mark.row("X1")
@pytest.mark.parametrize("what", POSTS)
def test_an_agent_changes_nobody_not_even_herself(company: Company, what: str):
    client = signed_in(LIN)
    before = list(
        Staff.objects.order_by("pk").values("name", "capacity", "is_active", "roles", "teams")
    )
    for staff in (company.lin_yue, company.zhou_wen, company.shen_lan):
        assert client.post(f"/people/{staff.pk}/{what}/", POSTS[what]).status_code in {
            403,
            404,
            409,
        }
    after = list(
        Staff.objects.order_by("pk").values("name", "capacity", "is_active", "roles", "teams")
    )
    assert after == before


@pytest.mark.row("X1")
def test_fields_that_a_form_does_not_have_change_nothing(company: Company):
    everything = {
        "name": "林悦",
        "level": "",
        "capacity": "5",
        "languages": "zh",
        "email": "thief@libin.example",
        "is_active": "",
        "password": "x",
        "roles": ["administrator"],
        "joined_at": "",
        "left_at": "2026-01-01",
        "pinyin": "x",
        "theme": "dark",
    }
    signed_in(SHEN).post(f"/people/{company.lin_yue.pk}/details/", everything)
    signed_in(LIN).post(
        "/account/preferences/", everything | {"language": "en", "time_zone": "UTC"}
    )
    staff = Staff.objects.get(pk=company.lin_yue.pk)
    assert staff.capacity == 5
    assert (staff.email, staff.is_active, staff.left_at) == (LIN, True, None)
    assert staff.check_password(PASSWORD)
    assert [role.code for role in staff.roles.all()] == ["agent"]


# A working life


@pytest.mark.row("S2")
def test_a_person_is_changed_on_her_page(company: Company):
    client, place = signed_in(SHEN), f"/people/{company.lin_yue.pk}/"
    client.post(place + "details/", {"name": "林小悦", "capacity": "7", "languages": "zh，en"})
    client.post(place + "roles/", {"roles": ["agent", "supervisor"]})
    client.post(place + "teams/", {"teams": ["premium"], "leads": ["first"]})
    client.post(place + "skills/", {"skills": "refunds 3\nvip：2\n\nchat"})
    client.post(
        place + "certificates/",
        {"code": "CCSP", "held_on": "2026-01-01", "expires_on": "2026-02-01"},
    )
    staff = Staff.objects.get(pk=company.lin_yue.pk)
    assert (staff.name, staff.pinyin, staff.capacity, staff.languages) == (
        "林小悦",
        "linxiaoyue",
        7,
        ["en", "zh"],
    )
    assert {role.code for role in staff.roles.all()} == {"agent", "supervisor"}
    assert {team.code for team in staff.teams.all()} == {"first", "premium"}
    assert {(one.code, one.level) for one in staff.skills.all()} == {
        ("refunds", 3),
        ("vip", 2),
        ("chat", 1),
    }
    page = client.get(place).content.decode()
    for words in ("林小悦", "主管", "尊享组", "refunds 3", "CCSP", "已过期"):
        assert words in page, words


@pytest.mark.parametrize(
    ("what", "said", "words"),
    [
        ("details", {"name": "", "capacity": "7"}, "error"),
        ("details", {"name": "X", "capacity": "-1"}, "error"),
        ("details", {"name": "X", "languages": "<script>"}, "请使用语言代码"),
        ("skills", {"skills": "refunds eleven"}, "refunds eleven"),
        ("skills", {"skills": "refunds 11"}, "refunds 11"),
        ("roles", {"roles": ["emperor"]}, "error"),
        ("certificates", {"code": "A", "held_on": "soon"}, "error"),
    ],
)
def test_a_form_that_makes_no_sense_comes_back_with_words(
    company: Company, what: str, said: dict[str, object], words: str
):
    answer = signed_in(SHEN).post(f"/people/{company.lin_yue.pk}/{what}/", said)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.row("S1")
def test_whoever_is_deactivated_on_the_screen_is_out_at_once(company: Company):
    hers, client = signed_in(LIN), signed_in(SHEN)
    place = f"/people/{company.lin_yue.pk}/"
    assert "停用 林悦" in client.get(place + "deactivate/").content.decode()
    assert is_in(hers)
    assert client.post(place + "deactivate/").status_code == 302
    assert not is_in(hers)
    assert "已停用" in client.get(place).content.decode()
    assert "林悦" not in client.get("/people/").content.decode()
    assert "林悦" in client.get("/people/?standing=left").content.decode()
    client.post(place + "reactivate/")
    sign_in(hers, LIN)
    assert is_in(hers)


@pytest.mark.row("S2")
def test_the_roster_is_planned_on_its_page(company: Company):
    client = signed_in(ZHOU)
    span = {"starts_at": "2026-11-23T09:00", "ends_at": "2026-11-23T18:00"}
    place = "/people/roster/?day=2026-11-23"
    assert (
        client.post(place, span | {"staff": company.lin_yue.pk, "kind": "shift"}).status_code == 302
    )
    shift = Shift.objects.get()
    # The form speaks on the reader's clock, Shanghai; the table keeps UTC.
    assert shift.starts_at.isoformat() == "2026-11-23T01:00:00+00:00"
    assert "09:00–18:00" in client.get(place).content.decode()
    clash = client.post(place, span | {"staff": company.lin_yue.pk, "kind": "shift"})
    assert clash.status_code == 422
    assert "重叠" in clash.content.decode()
    client.post(place, span | {"staff": company.lin_yue.pk, "kind": "sick"})
    assert Leave.objects.get().kind == "sick"
    client.post(f"/people/roster/shifts/{shift.pk}/cancel/")
    assert not Shift.objects.exists()
    assert client.get("/people/roster/?day=yesterday").status_code == 200


def test_the_list_costs_the_same_for_any_number_of_people(company: Company):
    client = signed_in(SHEN)

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/people/").status_code == 200
        return len(seen)

    statements()
    few = statements()
    for number in range(15):
        enrol(f"同事{number}", f"colleague{number}@libin.example", "agent", team="first")
    assert statements() == few


def test_pages_speak_the_readers_language(company: Company):
    client = signed_in(SHEN)
    assert "邀请" in client.get("/people/").content.decode()
    client.post("/account/preferences/", {"language": "en", "time_zone": "UTC", "theme": "light"})
    page = client.get("/people/").content.decode()
    assert "Invite" in page
    assert "Administrator" in page
    assert 'data-theme="light"' in page
