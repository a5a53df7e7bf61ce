"""After closing the customer is asked once; only her own press of the button is a verdict."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from libin.customers import actions as customers
from libin.desk import actions as desk
from libin.desk.models import Case
from libin.handbook.models import Observation
from libin.handbook.rules import Text
from libin.kernel import clock, queue
from libin.kernel.access import ANONYMOUS, SYSTEM
from libin.kernel.models import AuditEntry, FactRecord, OutgoingMail
from libin.surveys import actions, letters, queries
from libin.surveys.models import SurveyAnswer, SurveyInvitation
from tests.cast import LI, Cast, gather, sit_down
from tests.surveys.asking import close, closed, invitation_mail, link_of, opened, rate

SCANNERS = (
    "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0) Microsoft Defender for Office 365",
    "Mozilla/5.0 (Windows NT 10.0) SafeLinks",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) BingPreview/1.0b",
    "Barracuda Sentinel (EE)",
    "BarracudaCentral Link Protect",
    "Proofpoint URL Defense",
    "Mimecast Targeted Threat Protection",
    "Symantec Email Security.cloud ClickTime",
    "TrendMicro ClickTime Protection",
    "Cisco-IronPort-Outbreak-Filter",
    "FortiMail Click Protect",
    "Sophos Time of Click",
    "Googlebot/2.1 (+http://www.google.com/bot.html)",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "WhatsApp/2.23.20.0",
    "MicroMessenger Client LinkPreview",
    "QQMail-UrlSafe/1.0",
    "facebookexternalhit/1.1",
    "python-requests/2.32",
)


@pytest.fixture
def case(cast: Cast):
    return closed(cast)


@pytest.mark.row("F1")
def test_closing_invites_in_the_words_of_the_cases_own_handbook(cast: Cast, case):
    invitation = SurveyInvitation.objects.get(case=case)
    survey = cast.handbook.surveys[invitation.survey]
    mail = invitation_mail(case)
    assert mail.recipients == [LI.email]
    assert mail.send_after - closed_at(case) == timedelta(minutes=survey.delay_minutes)
    assert invitation.expires_at - invitation.leaves_at == timedelta(days=survey.expires_days)
    assert survey.question.zh in mail.html
    assert case.number in mail.subject
    assert mail.automatic
    for point in survey.scale:
        assert f"{link_of(case)}?score={point.score}" in mail.html


def closed_at(case: Case) -> datetime:
    case.refresh_from_db()
    assert case.closed_at is not None
    return case.closed_at


@pytest.mark.row("F1")
@pytest.mark.parametrize("score", [1, 3, 5])
def test_the_tapped_score_is_chosen_and_one_button_makes_it_count(cast: Cast, case, score: int):
    page = Client().get(f"{link_of(case)}?score={score}").content.decode()
    assert f'value="{score}" required checked' in page
    assert page.count(" checked") == 1
    assert not SurveyAnswer.objects.exists()
    rate(case, score, "谢谢 🌷")
    said = SurveyAnswer.objects.get()
    assert (said.score, said.comment) == (score, "谢谢 🌷")
    assert AuditEntry.objects.filter(act="surveys.answer").count() == 1


@pytest.mark.row("F1")
def test_twenty_scanners_do_not_vote(cast: Cast, case):
    assert len(SCANNERS) == 20
    for agent in SCANNERS:
        scanner = Client(headers={"User-Agent": agent})
        for address in (link_of(case), f"{link_of(case)}?score=1"):
            assert scanner.get(address).status_code == 200
            assert scanner.head(address).status_code == 200
            assert scanner.options(address).status_code == 405
    assert SurveyAnswer.objects.count() == 0
    rate(case, 5)
    assert SurveyAnswer.objects.count() == 1


def test_a_second_verdict_is_refused_and_the_first_stands(cast: Cast, case):
    rate(case, 5, "很好")
    again = Client().post(link_of(case), {"score": 1, "comment": "changed"})
    assert again.status_code == 409
    assert (SurveyAnswer.objects.get().score, SurveyAnswer.objects.get().comment) == (5, "很好")
    page = Client().get(f"{link_of(case)}?score=1")
    assert page.status_code == 200
    assert "radio" not in page.content.decode()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"score": ""},
        {"score": "6"},
        {"score": "0"},
        {"score": "-1"},
        {"score": "1e1"},
        {"score": "٣"},
        {"score": "5.0"},
        {"score": "9" * 5000},
        {"score": "\0"},
        {"score": "None"},
    ],
)
def test_what_is_not_on_the_scale_is_no_verdict(cast: Cast, case, said: dict[str, str]):
    assert Client().post(link_of(case), said).status_code == 422
    assert not SurveyAnswer.objects.exists()


def test_a_verdict_of_another_case_cannot_be_slipped_in(cast: Cast, case):
    other = closed(cast, customer="wang")
    Client().post(
        link_of(case),
        {"score": 1, "case": other.pk, "case_id": other.pk, "invitation": "2", "low": "1"},
    )
    assert SurveyAnswer.objects.get().invitation.case == case


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t[:-1],
        lambda t: t + "A",
        str.swapcase,
        lambda t: t[::-1],
        lambda t: "A" * len(t),
        lambda t: "%00",
        lambda t: "None",
    ],
)
def test_a_changed_link_is_not_ours(cast: Cast, case, change):
    _, path, token = link_of(case).split("/")
    forged = f"/{path}/{change(token)}"
    assert Client().get(forged).status_code == 404
    assert Client().post(forged, {"score": 5}).status_code == 404
    assert not SurveyAnswer.objects.exists()


def test_a_thousand_forged_links_vote_for_nothing(cast: Cast, case):
    for number in range(1000):
        with pytest.raises(actions.LinkNotOurs):
            actions.answer(
                token=f"{number:032d}", score=5, comment="", by=ANONYMOUS, at=clock.now()
            )
    assert not SurveyAnswer.objects.exists()


def test_the_link_is_kept_as_a_hash_of_at_least_128_bits(cast: Cast, case):
    token = link_of(case).rsplit("/", 1)[1]
    assert len(token) >= 22
    assert bytes(SurveyInvitation.objects.get().token_hash) != token.encode()


def test_a_late_verdict_is_told_that_it_is_late(cast: Cast, case):
    SurveyInvitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert Client().get(link_of(case)).status_code == 410
    assert Client().post(link_of(case), {"score": 5}).status_code == 409
    assert not SurveyAnswer.objects.exists()


def test_a_verdict_from_another_site_is_refused(cast: Cast, case):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link_of(case), {"score": 1}).status_code == 403
    assert not SurveyAnswer.objects.exists()


def test_a_very_long_comment_is_cut_and_shown_as_text(cast: Cast, case):
    rate(case, 4, "<script>" + "字" * 100_000)
    assert len(SurveyAnswer.objects.get().comment) == 4000


def test_the_question_speaks_the_customers_language(cast: Cast):
    change = customers.ProfileChange(language="en")
    customers.change_customer(customer_id=cast.li.pk, change=change, by=SYSTEM, at=clock.now())
    case = closed(cast)
    survey = cast.handbook.surveys[SurveyInvitation.objects.get().survey]
    assert survey.question.en in invitation_mail(case).html
    page = Client(headers={"Accept-Language": "zh-CN"}).get(link_of(case)).content.decode()
    assert survey.question.en in page


def test_a_customer_is_not_asked_again_within_the_quiet_days(cast: Cast, case):
    survey = cast.handbook.surveys[SurveyInvitation.objects.get().survey]
    assert survey.quiet_days
    closed(cast)
    assert SurveyInvitation.objects.count() == 1
    SurveyInvitation.objects.update(
        invited_at=clock.now() - timedelta(days=survey.quiet_days, minutes=1)
    )
    closed(cast)
    assert SurveyInvitation.objects.count() == 2


def test_a_kind_without_a_survey_is_not_asked_about(cast: Cast):
    quiet = [kind.code for kind in cast.handbook.kinds.values() if kind.survey is None]
    assert quiet
    closed(cast, kind=quiet[0])
    assert not SurveyInvitation.objects.exists()


def test_the_rule_of_asking_is_seen_to_be_kept(cast: Cast, case):
    survey = cast.handbook.surveys[SurveyInvitation.objects.get().survey]
    seen = Observation.objects.get(rule_id=survey.id, subject_id=case.pk)
    assert seen.kept


def test_a_case_that_is_opened_again_before_the_letter_left_is_not_asked_about(cast: Cast, case):
    desk.reopen_case(case_id=case.pk, by=cast.acting(cast.chen_jing), at=clock.now())
    queue.run_all()
    mail = invitation_mail(case)
    mail.refresh_from_db()
    assert mail.state == OutgoingMail.State.CANCELLED
    assert Client().get(link_of(case)).status_code == 404
    SurveyInvitation.objects.update(invited_at=clock.now() - timedelta(days=30))
    close(cast, case)
    assert SurveyInvitation.objects.filter(case=case, withdrawn_at=None).count() == 1


def test_closing_told_twice_asks_once(cast: Cast, case):
    SurveyInvitation.objects.update(invited_at=clock.now() - timedelta(days=30))
    for _ in range(3):
        actions.invite(case_id=case.pk, heard="desk.case_closed", by=SYSTEM, at=clock.now())
    assert SurveyInvitation.objects.count() == 1
    assert (
        OutgoingMail.objects.filter(
            subject_ref=f"case:{case.pk}", automatic=True, html__contains="/rate/"
        ).count()
        == 1
    )


def test_her_own_words_in_a_letter_are_never_filled_again(cast: Cast):
    change = customers.ProfileChange(form_of_address="{survey_link} {customer_name} <b>")
    customers.change_customer(customer_id=cast.li.pk, change=change, by=SYSTEM, at=clock.now())
    mail = invitation_mail(closed(cast))
    assert "{survey_link} {customer_name} <b>" in mail.text
    assert "<b>" not in mail.html


def test_facts_say_no_word_of_what_she_wrote(cast: Cast, case):
    rate(case, 2, "我的电话是 13800138000")
    told = str(list(FactRecord.objects.filter(name__startswith="surveys").values_list("body")))
    assert "138" not in told.replace(str(case.pk), "")


def test_only_open_questions_are_shown(cast: Cast):
    assert queries.question("", at=clock.now()) is None
    opened(cast)
    assert not SurveyInvitation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ten_presses_at_once_are_one_verdict():
    at = clock.now()
    cast = gather(at=at)
    sit_down(cast.lin_xiao, at=at)
    token = link_of(closed(cast)).rsplit("/", 1)[1]
    start = threading.Barrier(10)
    heard: list[str] = []

    def press(score: int) -> None:
        try:
            start.wait()
            actions.answer(token=token, score=score, comment="", by=ANONYMOUS, at=clock.now())
            heard.append("counted")
        except actions.AlreadyAnswered:
            heard.append("refused")
        finally:
            connection.close()

    presses = [threading.Thread(target=press, args=(1 + number % 5,)) for number in range(10)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert sorted(heard) == ["counted"] + ["refused"] * 9
    assert SurveyAnswer.objects.count() == 1


def test_a_verdict_passes_the_step_that_waits_for_it(cast: Cast):
    waiting = {
        process.code: step.code
        for process in cast.handbook.processes.values()
        for step in process.steps
        if step.completes_on == "surveys.answered"
    }
    kind = next(
        kind.code
        for kind in cast.handbook.kinds.values()
        if kind.process in waiting and kind.survey
    )
    case = closed(cast, kind=kind)
    heard = AuditEntry.objects.filter(act="desk.tell_case", subject=f"case:{case.pk}")
    assert not heard.exists()
    rate(case, 5)
    assert [entry.details for entry in heard] == [{"event": "surveys.answered"}]


def test_a_subject_of_the_letter_is_one_clean_line(cast: Cast):
    case = opened(cast)
    hostile = "=?utf-8?q?x=0D=0ABcc:_evil@evil.example?=\nBcc: evil@evil.example"
    case.subject = hostile
    book = cast.handbook
    template = replace(
        next(one for one in book.templates.values() if one.purpose == "survey"),
        subject=Text("{subject}", "{subject}"),
    )
    said = letters.letter(
        case=case,
        book=replace(book, templates={template.code: template}),
        survey=book.surveys[next(iter(book.surveys))],
        language="en",
        address_as="",
        token="t",
    )
    assert "\n" not in said.subject
    assert "=?" not in said.subject
