"""What a customer does by herself: write, see, answer, and nobody else's."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.harness.house import House
from tests.harness.mail import Sink
from tests.journeys import hands
from tests.people_named import LI, LIN_XIAO, WANG, Person

pytestmark = pytest.mark.journey


def write_by_form(
    page: Page, person: Person, subject: str, text: str, *, impatient: bool = False
) -> None:
    page.goto("/help/")
    page.locator("input[name=name]").fill(person.name)
    page.locator("input[name=email]").fill(person.email)
    page.locator("input[name=kind]").first.check(force=True)
    page.locator("input[name=subject]").fill(subject)
    # At the pace of a person: a form that comes back at once was filled in by a machine.
    page.locator("textarea[name=message]").press_sequentially(text, delay=400)
    page.locator("main form button.btn-primary").click(click_count=2 if impatient else 1)
    expect(page).to_have_url(re.compile("/help/received/"))


@pytest.mark.row("K1", "K3", "D6")
def test_a_form_becomes_a_case_that_both_sides_follow(
    house: House, sink: Sink, visit: Callable[[], Page], at_desk: Callable[[Person], Page]
):
    agent, customer = at_desk(LIN_XIAO), visit()
    hands.queue(agent)
    subject, answer = "会员卡丢了", "您好，新卡三天内寄到。"
    write_by_form(customer, LI, subject, "会员卡丢了，怎么补办？")
    expect(customer.locator("main")).to_contain_text(re.compile(r"\d{6}"))
    hands.live(agent, subject)
    hands.open_case(agent, subject)
    hands.write(agent, answer)
    sink.wait_for(LI.email, lambda letter: answer in letter.text, hands.SENT_WITHIN)

    hands.enter_portal(customer, LI, sink)
    customer.locator(".request-list a", has_text=subject).click()
    expect(customer.locator("ol.talk")).to_contain_text(answer)
    customer.locator("textarea[name=message]").fill("好的，谢谢。")
    customer.locator("main form button.btn-primary").last.click()
    expect(customer.locator("ol.talk")).to_contain_text("好的，谢谢。")
    hands.heard(agent, "好的，谢谢。")


def test_a_form_posted_twice_is_one_case(house: House, visit: Callable[[], Page]):
    subject = "重复提交"
    write_by_form(visit(), LI, subject, "只想说一次。", impatient=True)
    assert house.rows("SELECT count(*) FROM desk_case WHERE subject = %s", [subject]) == [(1,)]


def test_nobody_sees_the_requests_of_another(house: House, sink: Sink, visit: Callable[[], Page]):
    mine, other = visit(), visit()
    subject = "只给我看的事"
    write_by_form(mine, LI, subject, "请保密。")
    number = house.rows("SELECT id FROM desk_case WHERE subject = %s", [subject])[0][0]
    hands.enter_portal(other, WANG, sink)
    expect(other.locator("main")).not_to_contain_text(subject)
    answer = other.goto(f"/my/{number}/")
    assert answer is not None
    assert answer.status == 404
