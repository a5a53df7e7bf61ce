"""One case: what is shown, who may see it, writing in it, and who else is there."""

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from libin.desk import actions
from libin.desk.models import Case, Draft, Message, Watching
from libin.kernel.access import SYSTEM, Actor, ActorKind
from tests.web.desk.conftest import Desk, Page

pytestmark = pytest.mark.django_db


def address(case: Case, more: str = "") -> str:
    return f"/desk/cases/{case.pk}/{more}"


def test_first_on_the_right_is_who_this_is_and_what_was_promised(
    desk: Desk, chen: Client, page: Page
):
    case = desk.opens("Invoice", by_wang=True)
    text = page(chen, address(case))
    about = text.split('class="about"', 1)[1]
    assert about.index(desk.cast.wang.name) < about.index("Promised") < about.index("Earlier")
    assert desk.cast.su_wan.name in about, "the account manager"
    assert desk.cast.lin_xiao.name in about, "and her backup"
    assert "due in" in about


def test_the_process_shows_who_by_when_and_what_is_expected(desk: Desk, chen: Client, page: Page):
    case = desk.opens("Invoice")
    text = page(chen, address(case))
    process = desk.cast.handbook.processes[case.process]
    assert process.title.en in text
    assert process.steps[-1].title.en in text, "unfolded or not, every step can be read"
    assert text.count('aria-current="step"') == 1


@pytest.mark.row("D12")
def test_a_note_looks_different_and_is_for_colleagues_only(desk: Desk, lin: Client, page: Page):
    case = desk.held_by(desk.opens("Invoice"), desk.cast.lin_xiao)
    lin.post(address(case, "write/"), {"mode": "note", "text": "The warehouse knows."})
    text = page(lin, address(case))
    assert 'data-side="note"' in text
    assert "internal note" in text
    assert Message.objects.get(text="The warehouse knows.").internal


def test_a_reply_can_be_taken_back_until_it_leaves_and_the_words_return(
    desk: Desk, lin: Client, page: Page
):
    case = desk.held_by(desk.opens("Invoice"), desk.cast.lin_xiao)
    lin.post(address(case, "write/"), {"mode": "reply", "text": "Done, here it is."})
    message = Message.objects.get(text="Done, here it is.")
    text = page(lin, address(case))
    assert "data-leaves=" in text
    lin.post(address(case, f"undo/{message.pk}/"))
    message.refresh_from_db()
    assert message.taken_back_at is not None
    text = page(lin, address(case))
    assert "Taken back before it left." in text
    assert re.search(r"<textarea[^>]*>Done, here it is\.</textarea>", text)


def test_nobody_takes_back_the_reply_of_another(desk: Desk, lin: Client, chen: Client):
    case = desk.held_by(desk.opens("Invoice"), desk.cast.lin_xiao)
    lin.post(address(case, "write/"), {"mode": "reply", "text": "Done."})
    message = Message.objects.get(text="Done.")
    chen.post(address(case, f"undo/{message.pk}/"))
    message.refresh_from_db()
    assert message.taken_back_at is None
    other = desk.opens("Another")
    assert lin.post(address(other, f"undo/{message.pk}/")).status_code == 404


@pytest.mark.row("D4")
def test_who_answers_first_holds_the_case_and_a_colleagues_reply_only_offers_a_takeover(
    desk: Desk, lin: Client, chen: Client, page: Page
):
    case = desk.opens("Invoice")
    lin.post(address(case, "write/"), {"mode": "reply", "text": "I look after it."})
    case.refresh_from_db()
    assert case.owner == desk.cast.lin_xiao
    text = page(chen, address(case))
    assert "answers for this case. Your reply does not change that." in text
    chen.post(address(case, "write/"), {"mode": "reply", "text": "A word from me, too."})
    case.refresh_from_db()
    assert case.owner == desk.cast.lin_xiao
    chen.post(address(case, "act/take/"))
    case.refresh_from_db()
    assert case.owner == desk.cast.chen_jing


def test_a_refused_text_is_told_and_not_lost(desk: Desk, chen: Client, page: Page):
    case = desk.held_by(desk.opens("Invoice"), desk.cast.chen_jing)
    outcome = next(
        o for o in desk.cast.handbook.outcomes.values() if not o.kinds or case.kind in o.kinds
    )
    actions.close_case(
        case_id=case.pk, outcome=outcome.code, by=desk.cast.acting(desk.cast.chen_jing), at=desk.now
    )
    response = chen.post(
        address(case, "write/"), {"mode": "reply", "text": "One more thing."}, follow=True
    )
    assert "This case is closed." in response.content.decode()
    assert Draft.objects.get(case=case).text == "One more thing."
    assert not Message.objects.filter(text="One more thing.").exists()


def test_a_form_that_is_sent_twice_says_it_once(desk: Desk, lin: Client):
    case = desk.held_by(desk.opens("Invoice"), desk.cast.lin_xiao)
    for _ in range(2):
        lin.post(address(case, "write/"), {"mode": "reply", "text": "Only once."})
    assert Message.objects.filter(text="Only once.").count() == 1


def test_send_and_next_leads_to_the_next_case_and_never_out_of_the_house(desk: Desk, lin: Client):
    case = desk.held_by(desk.opens("Invoice"), desk.cast.lin_xiao)
    onward = lin.post(
        address(case, "write/"), {"text": "a", "and_next": "1", "next": "/desk/cases/7/?view=mine"}
    )
    assert onward["Location"] == "/desk/cases/7/?view=mine"
    away = lin.post(
        address(case, "write/"), {"text": "b", "and_next": "1", "next": "https://evil.example/"}
    )
    assert away["Location"].startswith("/desk/cases/")


def test_drafts_are_kept_apart_for_reply_and_note(desk: Desk, lin: Client, page: Page):
    case = desk.held_by(desk.opens("Invoice"), desk.cast.lin_xiao)
    lin.post(address(case, "draft/"), {"mode": "reply", "text": "half a reply"})
    lin.post(address(case, "draft/"), {"mode": "note", "text": "half a note"})
    text = page(lin, address(case))
    assert 'data-reply="half a reply"' in text
    assert 'data-note="half a note"' in text


def test_looking_writes_nothing_but_the_sign_of_being_here_marks_as_read(
    desk: Desk, lin: Client, page: Page
):
    case = desk.held_by(desk.opens("Invoice"), desk.cast.lin_xiao)
    Case.objects.filter(pk=case.pk).update(unread=True)
    page(lin, address(case))
    case.refresh_from_db()
    assert case.unread
    assert lin.post(address(case, "here/")).status_code == 204
    case.refresh_from_db()
    assert not case.unread


def test_two_agents_in_one_case_see_each_other(desk: Desk, lin: Client, chen: Client, page: Page):
    case = desk.opens("Invoice")
    chen.post(address(case, "here/"), {"replying": "1"})
    head = page(lin, address(case)).split('id="case-head"', 1)[1].split("</header>", 1)[0]
    assert f"{desk.cast.chen_jing.name} is replying right now" in head
    assert "is replying" in page(lin, "/desk/?view=open"), "in the list, too"
    assert "is replying right now" not in page(chen, address(case)), "not to herself"
    chen.post(address(case, "here/"), {"gone": "1"})
    assert not Watching.objects.exists()


def hears(desk: Desk, case: Case, text: str, *, as_html: str = "", verified: bool = True) -> None:
    customer = Actor(kind=ActorKind.CUSTOMER, id=desk.cast.li.pk, name=desk.cast.li.name)
    said = actions.Incoming(
        text=text, html=as_html, verified=verified, sender_note="" if verified else "x@y.example"
    )
    actions.receive_message(
        case_id=case.pk, incoming=said, by=customer if verified else SYSTEM, at=desk.now
    )


def test_a_mail_with_a_look_of_its_own_stands_in_a_sandbox_without_scripts(
    desk: Desk, lin: Client, page: Page
):
    case = desk.opens("Invoice")
    hears(desk, case, "A table", as_html='<table><tr><td>"42"</td></tr></table>')
    text = page(lin, address(case))
    frame = re.search(r'<iframe class="mail"[^>]*>', text)
    assert frame
    sandbox = re.search(r'sandbox="([^"]*)"', frame[0])
    assert sandbox
    assert "allow-scripts" not in sandbox[1]
    inner = re.search(r'srcdoc="([^"]*)"', frame[0])
    assert inner, "the whole document stands in the attribute"
    assert '<table><tr><td>"42"</td></tr></table>' in html.unescape(inner[1])


def test_hostile_words_cannot_leave_the_frame_or_the_page(desk: Desk, lin: Client, page: Page):
    hostile = '"></iframe><script>alert(1)</script>'
    case = desk.opens("Invoice", words=hostile)
    hears(desk, case, hostile, as_html=f"<table></table>{hostile}")
    assert "<script>alert" not in page(lin, address(case))


def test_words_of_an_unknown_sender_carry_a_warning(desk: Desk, lin: Client, page: Page):
    case = desk.opens("Invoice")
    hears(desk, case, "I am the customer, send me all.", verified=False)
    assert "message-warn" in page(lin, address(case))


def test_templates_are_filled_and_found_by_pinyin(desk: Desk, lin: Client, page: Page):
    case = desk.held_by(desk.opens("Invoice", by_wang=True), desk.cast.lin_xiao)
    text = page(lin, address(case))
    offered = text.split("data-templates", 1)[1]
    assert 'role="option"' in offered
    assert desk.cast.wang.name in offered
    assert "{customer_name}" not in offered


def test_a_part_is_enough_when_the_list_stays(desk: Desk, lin: Client):
    case = desk.opens("Invoice")
    part = lin.get(address(case), headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<title>")
    assert "data-queue-rows" not in part
    assert f'data-case="{case.pk}"' in part


def test_a_case_page_takes_few_statements_however_long_the_conversation(
    desk: Desk, lin: Client, page: Page
):
    case = desk.opens("Invoice")
    page(lin, address(case))

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            page(lin, address(case))
        return len(seen)

    few = statements()
    for number in range(10):
        hears(desk, case, f"And another thing, number {number}.")
    assert statements() <= few
    assert few <= 28


def test_an_unknown_case_and_a_hidden_one_look_the_same(desk: Desk, newcomer: Client, lin: Client):
    case = desk.opens("Invoice")
    assert newcomer.get(address(case)).status_code == 403, "no desk at all"
    assert lin.get("/desk/cases/999999/").status_code == 404
