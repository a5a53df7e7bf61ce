"""A customer sees her own requests, where they stand and what was said; and nobody else's."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from libin.desk import actions as desk
from libin.desk.models import Attachment, Case, Message
from libin.kernel import clock, queue
from tests.cast import LI, WANG, Cast
from tests.portal.visiting import aged, signed_in, ticket_of, words, write


@pytest.fixture
def li(cast: Cast) -> Client:
    return signed_in(LI.email)


@pytest.fixture
def wang(cast: Cast) -> Client:
    return signed_in(WANG.email)


def answer(cast: Cast, case: Case, text: str) -> Message:
    """An agent answers, and the time to take it back is over."""
    agent = cast.acting(cast.chen_jing)
    at = clock.now()
    message = desk.reply(case_id=case.pk, text=text, by=agent, at=at)
    desk.let_reply_leave(message_id=message.pk, by=agent, at=at + timedelta(minutes=1))
    return message


def close(cast: Cast, case: Case) -> None:
    outcome = next(
        one.code
        for one in cast.handbook.outcomes.values()
        if not one.kinds or case.kind in one.kinds
    )
    desk.close_case(
        case_id=case.pk, outcome=outcome, by=cast.acting(cast.chen_jing), at=clock.now()
    )
    queue.run_all()


def reply_to(browser: Client, case: Case, text: str, **more: object):
    page = browser.get(f"/my/{case.pk}/").content.decode()
    said = {"message": text, "ticket": aged(ticket_of(page))} | more
    return browser.post(f"/my/{case.pk}/reply/", said), said


@pytest.mark.row("K1")
def test_she_sees_where_it_stands_who_has_it_and_what_was_said(cast: Cast, wang: Client):
    case = write(wang, cast)
    answer(cast, case, "您好，王先生，马上为您安排。")
    page = wang.get(f"/my/{case.pk}/").content.decode()
    assert case.subject in page
    assert "马上为您安排" in page
    assert cast.su_wan.name in page
    for step in cast.handbook.processes[case.process].steps:
        assert step.title.zh in page
    assert case.number in wang.get("/my/").content.decode()


@pytest.mark.row("K1")
def test_only_a_request_that_waits_for_her_says_so(cast: Cast, li: Client):
    case = write(li, cast)
    agent = cast.acting(cast.chen_jing)
    reasons = cast.handbook.pause_reasons.values()
    hers = next(one for one in reasons if one.resumes_on_reply)
    ours = next(one for one in reasons if not one.resumes_on_reply)
    for reason, told, silent in ((hers, "等待您", ours.title.zh), (ours, ours.title.zh, "等待您")):
        desk.pause_case(case_id=case.pk, reason=reason.code, by=agent, at=clock.now())
        for page in ("/my/", f"/my/{case.pk}/"):
            shown = li.get(page).content.decode()
            assert told in shown
            assert silent not in shown
        desk.resume_case(case_id=case.pk, by=agent, at=clock.now())


def test_notes_and_what_has_not_left_are_not_for_her(cast: Cast, li: Client):
    case = write(li, cast)
    supervisor = cast.acting(cast.chen_jing)
    at = clock.now()
    desk.add_note(case_id=case.pk, text="客户情绪激动", by=supervisor, at=at)
    desk.reply(case_id=case.pk, text="还没有发出的话", by=supervisor, at=at)
    desk.receive_message(
        case_id=case.pk,
        incoming=desk.Incoming(text="Your sign-up code is 424242", verified=False, sender_note="x"),
        by=supervisor,
        at=at,
    )
    page = li.get(f"/my/{case.pk}/").content.decode()
    for hidden in ("情绪激动", "还没有发出", "424242"):
        assert hidden not in page


def test_she_answers_and_the_desk_hears_it_once(cast: Cast, li: Client):
    case = write(li, cast)
    posted, said = reply_to(li, case, "还想加一张床 🛏️")
    assert posted.status_code == 302
    assert li.post(f"/my/{case.pk}/reply/", said).status_code == 302
    heard = case.messages.filter(text="还想加一张床 🛏️")
    assert heard.count() == 1
    assert heard.get().verified
    assert heard.get().channel == "portal"


def test_an_empty_answer_is_refused_beside_the_form(cast: Cast, li: Client):
    case = write(li, cast)
    posted, _ = reply_to(li, case, "  ")
    assert posted.status_code == 422
    assert case.messages.filter(author="customer").count() == 1


def test_her_word_opens_a_closed_request_again(cast: Cast, li: Client):
    case = write(li, cast)
    answer(cast, case, "已经换好了。")
    close(cast, case)
    case.refresh_from_db()
    assert case.is_closed
    reply_to(li, case, "还是有噪音")
    case.refresh_from_db()
    assert case.state == Case.State.OPEN


def test_long_after_closing_her_word_begins_a_new_request(cast: Cast, li: Client):
    case = write(li, cast)
    close(cast, case)
    days = cast.handbook.limit("reopen")
    Case.objects.filter(pk=case.pk).update(closed_at=clock.now() - timedelta(days=days, minutes=1))
    posted, _ = reply_to(li, case, "又有噪音")
    case.refresh_from_db()
    assert case.is_closed
    new = Case.objects.exclude(pk=case.pk).get()
    assert (new.customer, new.kind) == (cast.li, case.kind)
    assert posted.headers["Location"] == f"/my/{new.pk}/"


@pytest.mark.parametrize("method", ["get", "post", "head"])
@pytest.mark.parametrize("address", ["/my/{}/", "/my/{}/reply/"])
def test_another_customers_request_is_as_if_it_were_not_there(
    cast: Cast, li: Client, wang: Client, address: str, method: str
):
    case = write(wang, cast)
    theirs = getattr(li, method)(address.format(case.pk))
    absent = getattr(li, method)(address.format(10**9))
    assert theirs.status_code == absent.status_code
    assert theirs.status_code in {404, 405}
    assert case.subject not in theirs.content.decode()
    assert case.messages.filter(author="customer").count() == 1


def test_her_list_holds_nothing_of_others(cast: Cast, li: Client, wang: Client):
    write(wang, cast, subject="王先生的私事")
    write(li, cast, subject="李女士的私事")
    page = li.get("/my/").content.decode()
    assert "李女士的私事" in page
    assert "王先生的私事" not in page
    for odd in ("?page=2", "?page=-1", "?page=x", "?page=99999999999", "?customer_id=1"):
        assert "王先生的私事" not in li.get(f"/my/{odd}").content.decode()


def test_a_file_is_for_her_alone_and_always_a_download(cast: Cast, li: Client, wang: Client):
    page = SimpleUploadedFile("page.html", b"<script>alert(1)</script>", content_type="text/html")
    write(wang, cast, attachments=[page])
    key = Attachment.objects.get().key
    got = wang.get(f"/my/files/{key}/")
    assert got.content == b"<script>alert(1)</script>"
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert li.get(f"/my/files/{key}/").status_code == 404
    assert Client().get(f"/my/files/{key}/").status_code == 302


def test_a_file_of_a_colleagues_note_is_not_for_her(cast: Cast, li: Client):
    case = write(li, cast, attachments=[SimpleUploadedFile("a.txt", b"x")])
    Message.objects.filter(case=case, attachments__isnull=False).update(internal=True)
    assert li.get(f"/my/files/{Attachment.objects.get().key}/").status_code == 404


def test_what_she_wrote_is_shown_as_text(cast: Cast, li: Client):
    case = write(
        li, cast, subject="<img src=x onerror=alert(1)>", message="{{7*7}} <b>x</b> {% now %}"
    )
    for address in ("/my/", f"/my/{case.pk}/"):
        page = li.get(address).content.decode()
        assert "<img src=x" not in page
        assert "<b>x</b>" not in page
    assert "{{7*7}}" in li.get(f"/my/{case.pk}/").content.decode()


def test_she_chooses_her_language_and_keeps_it(cast: Cast, li: Client):
    saved = li.post("/my/preferences/", {"language": "en", "form_of_address": "Ms Li"})
    assert saved.status_code == 302
    assert 'lang="en"' in li.get("/my/").content.decode()
    cast.li.refresh_from_db()
    assert (cast.li.language, cast.li.form_of_address) == ("en", "Ms Li")
    again = signed_in(LI.email)
    assert 'lang="en"' in again.get("/my/").content.decode()


def test_a_form_posts_nothing_but_its_own_fields(cast: Cast, li: Client):
    li.post(
        "/my/preferences/",
        {
            "language": "en",
            "tier": "diamond",
            "name": "Eve",
            "account_manager": "1",
            "kind": "organisation",
        },
    )
    before = (cast.li.name, cast.li.tier, cast.li.kind, cast.li.account_manager_id)
    cast.li.refresh_from_db()
    assert before == (cast.li.name, cast.li.tier, cast.li.kind, cast.li.account_manager_id)


def test_an_odd_language_is_refused(cast: Cast, li: Client):
    assert li.post("/my/preferences/", {"language": "../../etc"}).status_code == 422


def test_the_pages_cost_a_fixed_number_of_statements(cast: Cast, li: Client):
    from django.db import connection  # noqa: PLC0415 - Django is set up by now
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - as above

    counts = []
    case = write(li, cast)
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            li.get("/my/")
            li.get(f"/my/{case.pk}/")
        counts.append(len(asked))
        for number in range(3):
            case_of = write(li, cast, subject=f"{number}")
            answer(cast, case_of, "好的")
            reply_to(li, case, f"{number}?")
    assert counts[0] == counts[1] <= 20


def test_links_to_one_another_lead_somewhere(cast: Cast, li: Client):
    case = write(li, cast)
    for name, kwargs in (
        ("home", {}),
        ("requests", {}),
        ("preferences", {}),
        ("request", {"number": case.pk}),
    ):
        assert li.get(reverse(f"portal:{name}", kwargs=kwargs)).status_code == 200
    assert words(cast)
