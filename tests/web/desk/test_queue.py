"""The queue: the most at risk first, narrowed and searched, nothing of others, few statements."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from libin.desk.actions.clock import look_at_due_promises
from libin.desk.models import Case
from libin.kernel.access import SYSTEM
from tests.web.desk.conftest import Desk, Page

pytestmark = pytest.mark.django_db
QUEUE = "/desk/?view=open"


def subjects(text: str) -> list[str]:
    return re.findall(r'<span class="row-subject">(.*?)</span>', text)


@pytest.mark.row("D2")
def test_what_falls_due_first_stands_first(desk: Desk, chen: Client, page: Page):
    desk.opens("Written just now", minutes_ago=1)
    desk.opens("Written long ago", minutes_ago=55)
    desk.opens("A diamond customer, a moment ago", minutes_ago=30, by_wang=True)
    in_order = [case.subject for case in Case.objects.order_by("risk_at")]
    assert subjects(page(chen, QUEUE)) == in_order
    assert in_order[-1] == "Written just now"


def test_a_line_tells_tier_kind_last_words_and_what_is_promised(
    desk: Desk, chen: Client, page: Page
):
    desk.opens("Invoice", words="Please write the invoice to our company.", by_wang=True)
    text = page(chen, QUEUE)
    top = min(desk.cast.handbook.tiers.values(), key=lambda tier: tier.rank)
    assert top.title.en in text
    assert 'data-height="top"' in text
    assert "Please write the invoice" in text
    assert desk.cast.handbook.default_kind.title.en in text
    assert "due in" in text
    assert "nobody yet" in text


def test_views_count_and_show_what_is_mine(desk: Desk, lin: Client, page: Page):
    desk.held_by(desk.opens("Mine"), desk.cast.lin_xiao)
    desk.opens("Not taken yet")
    assert subjects(page(lin, "/desk/?view=mine")) == ["Mine"]
    assert subjects(page(lin, "/desk/?view=unassigned")) == ["Not taken yet"]
    assert subjects(page(lin, "/desk/")) == ["Mine"], "an agent begins with her own"
    assert re.search(r'Mine <span class="count">1</span>', page(lin, "/desk/"))


def test_filters_narrow_and_can_be_taken_off(desk: Desk, chen: Client, page: Page):
    desk.opens("From Li")
    desk.opens("From Wang", by_wang=True)
    top = min(desk.cast.handbook.tiers.values(), key=lambda tier: tier.rank)
    text = page(chen, f"{QUEUE}&tier={top.code}")
    assert subjects(text) == ["From Wang"]
    assert f"Remove the filter Tier: {top.title.en}" in text
    assert subjects(page(chen, f"{QUEUE}&tier=no-such-tier")) == []


def test_a_rules_margin_leads_to_its_cases(desk: Desk, chen: Client, page: Page):
    desk.opens("Kept waiting", minutes_ago=55, by_wang=True)
    desk.opens("Fresh", minutes_ago=1)
    broken = Case.objects.get(subject="Kept waiting").promises.order_by("due_at").first()
    assert broken is not None
    look_at_due_promises(by=SYSTEM, at=broken.due_at)
    assert subjects(page(chen, f"/desk/?rule={broken.rule}&kept=0")) == ["Kept waiting"]
    assert subjects(page(chen, f"/desk/?rule={broken.rule}&kept=1")) == []


@pytest.mark.row("D14")
def test_the_search_travels_in_the_body_and_marks_what_it_found(desk: Desk, chen: Client):
    desk.opens("空调漏水", words="师傅上门安装后第二天就开始漏水。")
    desk.opens("发票")
    response = chen.post("/desk/search/", {"words": "漏水"})
    text = response.content.decode()
    assert subjects(text) == ["空调漏水"]
    assert "<mark>漏水</mark>" in text
    assert chen.get("/desk/search/").status_code == 405


def test_the_palette_finds_a_case_by_its_number(desk: Desk, chen: Client):
    case = desk.opens("Invoice")
    for words in (case.number, f"#{case.pk}", str(case.pk)):
        text = chen.post("/desk/find/", {"words": words}).content.decode()
        assert f"/desk/cases/{case.pk}/" in text
    assert "Nothing was found" in chen.post("/desk/find/", {"words": "999999999"}).content.decode()


def test_every_empty_view_says_what_to_do(lin: Client, page: Page):
    for view in ("mine", "team", "unassigned", "open", "waiting", "resolved", "closed"):
        assert 'class="empty"' in page(lin, f"/desk/?view={view}")


def test_hostile_words_of_a_customer_stay_words(desk: Desk, chen: Client, page: Page):
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    desk.opens(hostile, words=hostile)
    text = page(chen, QUEUE)
    assert "<script>alert" not in text
    assert "<img src=x" not in text


def test_strange_addresses_are_harmless(desk: Desk, chen: Client, page: Page):
    desk.opens("Invoice")
    for query in (
        "view=nonsense",
        "page=0",
        "page=99999999999999",
        "owner=abc",
        "owner=9" + "9" * 30,
        "rule=no.such",
    ):
        page(chen, f"/desk/?{query}")


def test_a_page_of_the_queue_takes_few_statements_whatever_its_length(
    desk: Desk, chen: Client, page: Page
):
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            page(chen, QUEUE)
        return len(seen)

    desk.opens("One")
    page(chen, QUEUE)
    few = statements()
    for number in range(12):
        desk.opens(f"Number {number}", by_wang=number % 2 == 0)
    assert statements() <= few
    assert few <= 14


def test_a_person_without_the_desk_is_told_so_and_a_stranger_is_led_to_the_door(newcomer: Client):
    refused = newcomer.get(QUEUE)
    assert refused.status_code == 403
    assert "Your role does not include the desk." in refused.content.decode()
    away = Client().get(QUEUE)
    assert away.status_code == 302
    assert "/account/" in away["Location"] or "login" in away["Location"]


@pytest.mark.row("Z1")
def test_the_queue_speaks_both_languages(desk: Desk, page: Page):
    desk.opens("发票抬头", by_wang=True)
    chinese = page(desk.browser(desk.cast.chen_jing, "zh-hans"), QUEUE)
    assert 'lang="zh-Hans"' in chinese
    assert "全部未结" in chinese
    assert "还剩" in chinese
    english = page(desk.browser(desk.cast.chen_jing, "en"), QUEUE)
    assert "All open" in english
    assert "due in" in english
