"""A rule is changed: a mistake is told with its place, the change in words, and open cases keep theirs."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.harness.house import House
from tests.people_named import LIN_XIAO, ZHAO_MIN, Person

pytestmark = pytest.mark.journey
FILE = "rules/keeping.yaml"


@pytest.mark.row("H1", "H3", "H4", "H5")
def test_a_new_version_is_written_mended_published_and_read(
    house: House, at_desk: Callable[[Person], Page]
):
    before = newest(house)
    publisher = at_desk(ZHAO_MIN)
    publisher.goto(f"/handbook/versions/{before[0]}/")
    publisher.locator("form[action*='/draft/'] button").click()
    expect(publisher).to_have_url(re.compile(r"/handbook/drafts/\d+/"))

    publisher.locator("a[href*='keeping.yaml']").click()
    text = publisher.locator("textarea[name=text]")
    good = text.input_value()
    text.fill(good.replace("unit: seconds", "unit: seasons", 1))
    publisher.locator("main form button.btn-primary").last.click()
    publisher.goto(publisher.url)
    expect(publisher.locator("[role=alert]").first).to_contain_text(
        re.compile(r"keeping\.yaml:\d+")
    )
    if "/file/" not in publisher.url:
        publisher.locator("a[href*='keeping.yaml']").click()
    text.fill(good.replace("有 15 秒", "有 7 秒").replace("for 15 seconds", "for 7 seconds"))
    publisher.locator("main form button.btn-primary").last.click()
    expect(publisher).to_have_url(re.compile(r"/handbook/drafts/\d+/$"))
    publisher.locator("form[action*='/publish/'] button.btn-primary").click()
    expect(publisher).to_have_url(re.compile(r"/handbook/versions/\d+/$"))

    after = newest(house)
    assert after[1] == before[1] + 1
    kept = house.rows("SELECT DISTINCT handbook_id FROM desk_case")
    assert all(version <= before[0] for (version,) in kept)
    reader = at_desk(LIN_XIAO)
    reader.goto("/handbook/rules/limit.undo-send/")
    expect(reader.locator("section.rule[id='limit.undo-send']")).to_contain_text("7 秒")


def newest(house: House) -> tuple[int, int]:
    found = house.rows(
        "SELECT id, number FROM handbook_handbookversion WHERE state = 'published' ORDER BY number DESC"
    )
    return found[0][0], found[0][1]


@pytest.mark.row("H5")
def test_the_book_is_searched_and_printed(house: House, at_desk: Callable[[Person], Page]):
    reader = at_desk(LIN_XIAO)
    reader.goto("/handbook/")
    expect(reader.locator("main a[href*='/handbook/chapters/']").first).to_be_visible()
    reader.locator("main input[type=search], main input[name=q]").first.fill("首次回复")
    reader.keyboard.press("Enter")
    expect(reader.locator("section.rule, main li").first).to_contain_text(re.compile("首次|回复"))
