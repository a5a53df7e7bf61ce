"""Colleagues at the desk: live lines, who is in a case, notes, waiting, handing over, escalating."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.harness.house import House
from tests.harness.mail import Dovecot, Sink, letter, send
from tests.journeys import hands
from tests.people_named import CHEN_JING, HELP, LI, LIN_XIAO, SERVICE, SU_WAN, WANG, Person

pytestmark = pytest.mark.journey
AtDesk = Callable[[Person], Page]


def mail_from(house: House, person: Person, subject: str, text: str = "请帮我看看，谢谢。") -> None:
    raw = letter(
        sender=f"{person.name} <{person.email}>",
        to=HELP,
        subject=subject,
        text=text,
        message_id=f"<{hands.plain(subject)}@customer.example>",
    )
    send(house.mail_port, raw, sender=person.email, to=HELP)


@pytest.mark.row("K1", "K5")
def test_mail_on_a_server_is_fetched_once_and_marked_read(
    house: House, dovecot: Dovecot, at_desk: AtDesk
):
    agent = at_desk(LIN_XIAO)
    hands.queue(agent)
    subject = "想改送货地址"
    raw = letter(
        sender=f"{LI.name} <{LI.email}>",
        to=SERVICE,
        subject=subject,
        text="请改到人民路 8 号。",
        message_id="<address@customer.example>",
    )
    dovecot.put(house.mailbox, raw)
    hands.live(agent, subject)
    hands.eventually(lambda: dovecot.unread(house.mailbox) == 0)
    kept = house.rows("SELECT count(*) FROM desk_case WHERE subject = %s", [subject])
    assert kept == [(1,)]


@pytest.mark.row("C5", "C8", "D8")
def test_a_valued_customer_reaches_her_own_account_manager(house: House, at_desk: AtDesk):
    manager, agent = at_desk(SU_WAN), at_desk(LIN_XIAO)
    hands.queue(manager)
    hands.queue(agent)
    subject = "年度服务方案"
    mail_from(house, WANG, subject)
    hands.live(manager, subject)
    hands.open_case(manager, subject)
    expect(
        manager.locator("#case-who .tier, #case-who [data-tier], #case-who").first
    ).to_contain_text("钻石")
    expect(manager.locator("#case-who")).to_contain_text(SU_WAN.name)
    held = house.rows(
        "SELECT s.name, a.why::text FROM desk_assignment a JOIN people_staff s ON s.id = a.staff_id"
        " JOIN desk_case c ON c.id = a.case_id WHERE c.subject = %s",
        [subject],
    )
    assert held[0][0] == SU_WAN.name
    assert held[0][1]


@pytest.mark.row("D2")
def test_two_people_in_one_case_see_each_other(house: House, at_desk: AtDesk):
    agent, supervisor = at_desk(LIN_XIAO), at_desk(CHEN_JING)
    hands.queue(agent)
    subject = "屏幕有亮点"
    mail_from(house, LI, subject)
    hands.live(agent, subject)
    hands.open_case(agent, subject)
    supervisor.goto(agent.url)
    expect(agent.locator("#case-head .faces")).to_contain_text(hands.initials(CHEN_JING))
    expect(supervisor.locator("#case-head .faces")).to_contain_text(hands.initials(LIN_XIAO))
    agent.locator("form.composer textarea[name=text]").press_sequentially("您好，")
    expect(supervisor.locator("#case-head .talk-notice", has_text=LIN_XIAO.name)).to_be_visible()


@pytest.mark.row("D7", "D9", "D11", "D12")
def test_a_case_waits_is_noted_handed_over_and_escalated(house: House, sink: Sink, at_desk: AtDesk):
    agent = at_desk(LIN_XIAO)
    hands.queue(agent)
    subject = "耳机左边没有声音"
    mail_from(house, LI, subject)
    hands.live(agent, subject)
    hands.open_case(agent, subject)
    hands.take(agent)
    hands.write(agent, "客户用的是旧款充电盒。", mode="note")
    expect(agent.locator("#messages [data-side=note]")).to_contain_text("旧款充电盒")

    form = hands.act(agent, "pause")
    form.locator("input[name=reason]").first.check(force=True)
    hands.confirm(form)
    expect(agent.locator("#case-head .talk-notice")).to_be_visible()
    hands.confirm(hands.act(agent, "resume"))
    expect(agent.locator("#case-head .talk-notice")).to_have_count(0)

    form = hands.act(agent, "escalate")
    form.locator("textarea[name=brief]").fill("客户很着急，需要换新。")
    hands.confirm(form)
    raised = house.rows("SELECT escalation FROM desk_case WHERE subject = %s", [subject])
    assert raised[0][0]
    assert not [found for found in sink.to(LI.email) if "旧款充电盒" in found.text]


@pytest.mark.row("O2", "S2")
def test_the_supervisor_sees_the_day(house: House, at_desk: AtDesk):
    at_desk(LIN_XIAO)
    supervisor = at_desk(CHEN_JING)
    supervisor.goto("/desk/day/")
    expect(supervisor.locator("#day-people")).to_contain_text(LIN_XIAO.name)
    expect(supervisor.locator("#day-lanes tbody tr").first).to_be_visible()
    expect(supervisor.locator("#day-figures .figure").first).to_be_visible()


@pytest.mark.row("D14")
def test_a_word_in_a_message_finds_its_case(house: House, at_desk: AtDesk):
    agent = at_desk(LIN_XIAO)
    hands.queue(agent)
    subject = "净水器滤芯"
    mail_from(house, LI, subject, text="型号是 WP-7042，滤芯堵塞了。")
    hands.live(agent, subject)
    for words in ("堵塞", "wp-7042"):
        hands.queue(agent)
        agent.locator(".queue-search input[name=words]").fill(words)
        agent.locator(".queue-search input[name=words]").press("Enter")
        expect(hands.row(agent, subject)).to_be_visible()
    assert "WP-7042" not in agent.url
