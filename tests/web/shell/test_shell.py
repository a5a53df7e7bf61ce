"""What stands around every page: menu by permission, language, theme, errors in words, live topics."""

import json
import re

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from libin.desk import actions as desk
from libin.kernel.access import ANONYMOUS, Actor, ActorKind
from libin.people.models import Staff
from libin.web.shell import errors, middleware
from libin.web.shell.topics import allowed
from tests.web.desk.conftest import BACKEND

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast):
    return cast


def signed_in(staff: Staff) -> Client:
    client = Client()
    client.force_login(staff, backend=BACKEND)
    return client


def menu(client: Client) -> list[str]:
    text = client.get("/ui/").content.decode()
    side = text.split('class="sidemenu"', 1)[1].split("</nav>", 1)[0]
    return re.findall(r'<a href="([^"]+)"', side)


def test_the_menu_holds_what_the_role_includes(people):
    supervisor, agent, newcomer = (
        menu(signed_in(who)) for who in (people.chen_jing, people.lin_xiao, people.he_ping)
    )
    assert "/desk/day/" in supervisor
    assert "/desk/" in agent
    assert "/desk/day/" not in agent
    assert "/desk/" not in newcomer


def test_everybody_begins_in_the_first_room_she_may_enter(people):
    assert signed_in(people.lin_xiao).get("/")["Location"] == "/desk/"
    assert signed_in(people.he_ping).get("/")["Location"] != "/desk/"


@pytest.mark.row("Z1")
def test_the_language_is_kept_for_the_person(people):
    client = signed_in(people.lin_xiao)
    answer = client.post("/language/", {"language": "en", "next": "/ui/"})
    assert answer["Location"] == "/ui/"
    people.lin_xiao.refresh_from_db()
    assert people.lin_xiao.language == "en"
    assert '<html lang="en"' in client.get("/ui/").content.decode()
    assert client.post("/language/", {"language": "xx"}).status_code == 404


@pytest.mark.row("Z2")
def test_the_theme_is_kept_for_the_person_and_the_device_decides_otherwise(people):
    client = signed_in(people.lin_xiao)
    assert "data-theme=" not in client.get("/ui/").content.decode().split(">", 2)[1]
    client.post("/theme/", {"theme": "dark"})
    people.lin_xiao.refresh_from_db()
    assert people.lin_xiao.theme == "dark"
    assert 'data-theme="dark"' in client.get("/ui/").content.decode().split("<head>", 1)[0]


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_a_switch_never_leads_out_of_the_house(people, away: str):
    answer = Client().post("/language/", {"language": "en", "next": away})
    assert answer["Location"] == "/"


def test_pages_of_signed_in_people_are_not_kept_by_shared_machines(people):
    assert "no-store" in signed_in(people.lin_xiao).get("/ui/")["Cache-Control"]


def test_the_living_page_shows_every_component_without_inline_style_or_script(people):
    text = signed_in(people.lin_xiao).get("/ui/").content.decode()
    assert " style=" not in text
    assert not re.findall(r"<script(?![^>]*(?:src=|application/json))", text)
    assert not re.findall(r"\son\w+=", text)
    for part in (
        "promise",
        "tier",
        "severity",
        "state",
        "face",
        "stepper",
        "empty",
        "tablist",
        "pages",
        "spark",
        "sheet",
    ):
        assert f'class="{part}' in text or f" {part}" in text
    words = re.search(r'id="screen-words">(.*?)</script>', text)
    assert words
    assert json.loads(words[1])["due"]
    assert Client().get("/ui/").status_code == 404, "not for strangers"


@pytest.mark.row("Z3")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_page_that_is_not_there_says_what_happened_and_what_to_do(people, language: str):
    people.lin_xiao.language = language
    people.lin_xiao.save(update_fields=["language"])
    answer = signed_in(people.lin_xiao).get("/no/such/page/")
    assert answer.status_code == 404
    wanted = {"en": "There is nothing here", "zh-hans": "这里没有内容"}[language]
    assert wanted in answer.content.decode()


def test_a_lost_database_is_told_calmly_and_without_a_trace(people):
    request = RequestFactory().get("/desk/")
    told = vars(middleware.everyday(lambda _: errors.unavailable()))["process_exception"]
    answer = told(request, OperationalError("secret host"))
    assert answer.status_code == 503
    assert answer["Retry-After"]
    text = answer.content.decode()
    assert "secret host" not in text


def test_a_post_without_its_token_is_refused_in_words(people):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/language/", {"language": "en"})
    assert answer.status_code == 403
    assert "error-page" in answer.content.decode()


def test_only_permitted_topics_are_watched(people, at):
    kind = people.handbook.default_kind
    case = desk.open_case(
        customer_id=people.li.pk,
        kind=kind.code,
        severity=kind.severity_default,
        subject="Invoice",
        opening=desk.Incoming(text="Invoice"),
        by=Actor(kind=ActorKind.CUSTOMER, id=people.li.pk),
        at=at,
    )
    lin, newcomer = people.acting(people.lin_xiao), people.acting(people.he_ping)
    mine, hers = f"staff:{people.lin_xiao.pk}", f"staff:{people.su_wan.pk}"
    hostile = (
        "base",
        "case:abc",
        "case:",
        "case:99999999999999999999999",
        "staff:",
        "queue:1",
        "' OR 1=1",
        "*",
    )
    assert allowed(lin, ("queue", f"case:{case.pk}", mine, hers, *hostile)) == (
        "queue",
        f"case:{case.pk}",
        mine,
    )
    assert allowed(newcomer, ("queue", f"case:{case.pk}")) == ()
    customer = Actor(kind=ActorKind.CUSTOMER, id=people.li.pk)
    assert allowed(customer, ("queue", f"case:{case.pk}")) == ()
    assert allowed(ANONYMOUS, ("queue",)) == ()


def test_the_stream_is_closed_to_strangers_and_to_nothing_asked(people):
    assert Client().get("/live/?topic=queue").status_code == 403
    answer = signed_in(people.he_ping).get("/live/?topic=queue&topic=%00")
    assert answer.status_code == 403
    assert answer.content == b""


def test_a_number_that_no_event_ever_had_is_not_believed(people):
    answer = signed_in(people.he_ping).get(
        "/live/?topic=%00", headers={"Last-Event-ID": "9" * 5000}
    )
    assert answer.status_code == 403


def test_presence_is_said_and_kept(people):
    client = signed_in(people.lin_xiao)
    client.post("/presence/", {"state": "busy"})
    people.lin_xiao.refresh_from_db()
    assert people.lin_xiao.presence.state == "busy"
    assert 'data-presence="busy"' in client.get("/ui/").content.decode()
    assert client.post("/presence/", {}).status_code == 204
    assert Client().post("/presence/", {"state": "busy"}).status_code == 404


def test_a_request_refused_before_anybody_is_known_still_gets_its_page(people):
    answer = Client(raise_request_exception=False).get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "error-page" in answer.content.decode()
