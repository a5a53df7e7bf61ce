"""Every screen in both languages, light and dark, on a phone and by keyboard, without a word to the console."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.harness import browser
from tests.harness.house import House
from tests.journeys import hands
from tests.people_named import CHEN_JING, LIN_XIAO, ZHAO_MIN, Person

pytestmark = pytest.mark.journey
AtDesk = Callable[[Person], Page]
FOR_ALL = (
    "/desk/",
    "/customers/",
    "/handbook/",
    "/handbook/print/",
    "/people/",
    "/account/",
    "/ui/",
)
FOR_SUPERVISORS = ("/desk/day/", "/verdicts/", "/verdicts/results/", "/people/roster/")
FOR_ADMINISTRATORS = (
    "/people/invite/",
    "/channels/",
    "/channels/add/",
    "/channels/undelivered/",
    "/channels/jobs/",
)


@pytest.mark.row("Z2", "Z3")
@pytest.mark.parametrize("width", [360, 1280])
def test_no_screen_is_wider_than_its_window(at_desk: AtDesk, width: int):
    page = at_desk(ZHAO_MIN)
    page.set_viewport_size({"width": width, "height": 800})
    for address in (*FOR_ALL, *FOR_SUPERVISORS, *FOR_ADMINISTRATORS):
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, address
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 1, f"{address} is {wide} px too wide at {width} px"


@pytest.mark.row("Z1")
def test_a_person_chooses_her_language(at_desk: AtDesk):
    page = at_desk(CHEN_JING)
    page.goto("/desk/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    page.locator("form[action='/language/'] [value=en]").first.evaluate("button => button.click()")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    for address in (*FOR_ALL[:3], *FOR_SUPERVISORS):
        page.goto(address)
        expect(page.locator("main h1").first).not_to_have_text("")
        assert not hands.CHINESE_WORDS.search(page.locator("nav").first.inner_text())
    page.locator("form[action='/language/'] [value='zh-hans']").first.evaluate(
        "button => button.click()"
    )
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


@pytest.mark.row("Z2")
def test_the_desk_is_readable_in_the_dark(
    window: Browser, house: House, objections: browser.Objections
):
    context = window.new_context(base_url=house.url, locale="zh-CN", color_scheme="dark")
    page = context.new_page()
    objections.listen(page)
    hands.sign_in(page, LIN_XIAO)
    page.goto("/desk/")
    ground, ink = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert hands.contrast(ground, ink) >= 4.5
    assert hands.light(ground) < 0.2
    context.close()


@pytest.mark.row("Z2")
def test_everything_can_be_reached_by_keyboard(at_desk: AtDesk):
    page = at_desk(LIN_XIAO)
    page.goto("/desk/")
    page.keyboard.press("Tab")
    expect(page.locator("a[href='#main']")).to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.locator("dialog[open] input, [role=dialog] input").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
