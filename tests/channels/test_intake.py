"""What a customer writes becomes exactly one case, or one message, and nothing is lost or doubled."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from libin.channels import rules
from libin.channels.actions.letters import acknowledge
from libin.channels.actions.receiving import keep_mail
from libin.channels.actions.settling import NotInQuarantine, begin_try, release
from libin.channels.models import AutoReply, InboundMail, Mailbox, Undelivered
from libin.channels.queries.addresses import cases_of_tags, reply_address
from libin.customers.models import ContactPoint
from libin.desk.actions import Incoming, let_reply_leave, open_case, reply
from libin.desk.models import Attachment, Case, Message, Promise
from libin.handbook.rules import PromiseRule
from libin.kernel import clock, mail
from libin.kernel.access import SYSTEM
from libin.kernel.models import AuditEntry, FactRecord, Job, OutgoingMail
from tests import cast as casting
from tests.cast import LI, STRANGER, Cast, Person
from tests.channels.service import MORNING, Arrive, work
from tests.fixtures.mail.hostile import BOMBS
from tests.fixtures.mail.letters import letter

State = InboundMail.State


def test_no_work_is_given_up(arrive: Arrive):
    arrive(letter(LI))
    assert not Job.objects.exclude(problem="").values_list("name", "problem")


@pytest.mark.row("K1")
def test_a_known_customers_mail_becomes_her_case(cast: Cast, arrive: Arrive):
    row = arrive(letter(LI, subject="退款申请", text="我要退款"))
    assert row.state == State.CASE_OPENED
    assert row.case is not None
    assert row.case.customer == cast.li
    assert row.case.subject == "退款申请"
    message = Message.objects.get(case=row.case, author=Message.Author.CUSTOMER)
    assert message.text == "我要退款"
    assert message.verified


@pytest.mark.row("K1")
def test_a_strangers_mail_makes_a_customer_of_him(cast: Cast, arrive: Arrive):
    row = arrive(letter(STRANGER))
    assert row.case is not None
    assert row.case.customer.name == STRANGER.name
    assert row.case.tier == cast.handbook.default_tier


def test_kind_and_severity_come_from_the_handbooks_words(cast: Cast, arrive: Arrive):
    kind = next(one for one in cast.handbook.kinds.values() if not one.default and one.keywords)
    row = arrive(letter(LI, subject="x", text=f"{kind.keywords[0]}"))
    assert row.case is not None
    assert (
        row.case.kind
        == cast.handbook.kind_by_words(f"x\n{kind.keywords[0]}").code
        != cast.handbook.default_kind.code
    )


@pytest.mark.row("K5")
def test_the_same_mail_twice_is_one_case(arrive: Arrive):
    raw = letter(LI)
    first, second = arrive(raw), arrive(raw)
    assert (first.state, second.state) == (State.CASE_OPENED, State.DUPLICATE)
    assert second.case == first.case
    assert Case.objects.count() == 1


def test_the_same_mail_to_two_of_our_mailboxes_is_one_case(arrive: Arrive, mailbox: Mailbox):
    other = Mailbox.objects.create(
        name="售后", address="care@harbour.example", way="listener", created_at=MORNING
    )
    raw = letter(LI, to="help@harbour.example, care@harbour.example")
    arrive(b"Delivered-To: help@harbour.example\r\n" + raw)
    assert (
        arrive(b"Delivered-To: care@harbour.example\r\n" + raw, to=other).state == State.DUPLICATE
    )
    assert Case.objects.count() == 1


def test_mail_without_a_message_id_is_told_apart_by_its_content(arrive: Arrive):
    def bare(text: str) -> bytes:
        return f"From: {LI.email}\r\nSubject: x\r\n\r\n{text}".encode()

    assert arrive(bare("one")).state == State.CASE_OPENED
    assert arrive(bare("one")).state == State.DUPLICATE
    assert arrive(bare("two")).state == State.CASE_OPENED


def test_another_mail_under_a_used_message_id_is_not_lost(arrive: Arrive):
    first = arrive(letter(LI, message_id="<same@customer.example>", text="first"))
    second = arrive(letter(LI, message_id="<same@customer.example>", text="second"))
    assert second.state == State.APPENDED
    assert second.case == first.case
    assert Message.objects.filter(case=first.case, text="second").exists()


def test_settling_twice_changes_nothing(arrive: Arrive):
    row = arrive(letter(LI))
    assert begin_try(inbound_id=row.pk, by=SYSTEM, at=MORNING) is None
    assert Message.objects.filter(author=Message.Author.CUSTOMER).count() == 1


@pytest.mark.row("K5")
def test_an_answer_to_our_mail_joins_its_case(cast: Cast, arrive: Arrive):
    case = arrive(letter(LI)).case
    assert case is not None
    ours = answered(case, cast)
    row = arrive(letter(LI, text="谢谢", In_Reply_To=ours.message_id, References=ours.message_id))
    assert (row.state, row.case, row.verified) == (State.APPENDED, case, True)


@pytest.mark.row("K5")
def test_an_answer_to_our_signed_address_joins_its_case(arrive: Arrive, mailbox: Mailbox):
    case = arrive(letter(LI)).case
    assert case is not None
    row = arrive(letter(LI, text="补充", to=reply_address(case, mailbox)))
    assert (row.state, row.case, row.verified) == (State.APPENDED, case, True)


def answered(case: Case, cast: Cast, text: str = "您好，已经在处理。") -> OutgoingMail:
    """The mail that carries an agent's answer."""
    message = reply(case_id=case.pk, text=text, by=cast.acting(cast.lin_xiao), at=clock.now())
    let_reply_leave(message_id=message.pk, by=SYSTEM, at=clock.now())
    work()
    message.refresh_from_db()
    assert message.mail is not None
    return message.mail


@pytest.mark.row("K5")
def test_an_agents_answer_leaves_in_the_customers_thread(
    cast: Cast, arrive: Arrive, mailbox: Mailbox
):
    case = arrive(letter(LI, message_id="<first@customer.example>", subject="回复：退款")).case
    assert case is not None
    mail = answered(case, cast)
    assert mail.recipients == [LI.email]
    assert mail.sender == "海港客服 <help@harbour.example>"
    assert mail.headers["In-Reply-To"] == "<first@customer.example>"
    assert mail.headers["References"].split()[-1] == "<first@customer.example>"
    assert cases_of_tags([mail.headers["Reply-To"]]) == (case.pk,)
    assert mail.subject.startswith("Re: 退款")
    assert "您好，已经在处理。" in mail.text
    assert "您好，已经在处理。" in mail.html
    assert "<script" not in mail.html
    assert "Auto-Submitted" not in mail.headers


@pytest.mark.row("K3")
def test_the_acknowledgement_tells_number_person_and_promised_time(cast: Cast, arrive: Arrive):
    casting.sit_down(cast.lin_xiao, at=MORNING)
    case = arrive(letter(LI)).case
    assert case is not None
    with clock.stopped_at(MORNING + timedelta(seconds=5)):
        work()
    mail = OutgoingMail.objects.get(automatic=True)
    case.refresh_from_db()
    assert mail.recipients == [LI.email]
    assert case.number in mail.text
    assert case.owner is not None
    assert case.owner.name in mail.text
    assert "3月5日" in mail.text or "3月6日" in mail.text
    assert mail.headers["Auto-Submitted"] == "auto-replied"
    assert Message.objects.filter(case=case, author=Message.Author.AUTOMATIC).count() == 1


@pytest.mark.row("K3")
def test_the_promised_time_is_that_of_whatever_an_answer_meets(cast: Cast, arrive: Arrive):
    """Promises are known by what meets them, not by what a handbook calls them."""
    case = arrive(letter(LI)).case
    assert case is not None
    rules_met = {
        one.pk: rule.met_by
        for one in Promise.objects.filter(case=case, state=Promise.State.RUNNING)
        if isinstance(rule := cast.handbook.rules[one.rule], PromiseRule)
    }
    ours = [
        pk
        for pk, met in rules_met.items()
        if "desk.replied" in met and "desk.acknowledged" not in met
    ]
    assert ours
    due = datetime(2031, 7, 9, 4, 0, tzinfo=UTC)
    for pk in rules_met:
        code = f"other_{pk}"
        at = due if pk in ours else MORNING
        Promise.objects.filter(pk=pk).update(code=code, due_at=at)
    with clock.stopped_at(MORNING + timedelta(seconds=5)):
        work()
    assert "2031年7月9日" in OutgoingMail.objects.get(automatic=True).text


@pytest.mark.row("K3")
def test_the_acknowledgement_echoes_nothing_that_was_written(arrive: Arrive):
    arrive(letter(STRANGER, subject="Your code is 482913", text="Use 482913 to sign in"))
    with clock.stopped_at(MORNING + timedelta(seconds=5)):
        work()
    mail = OutgoingMail.objects.get(automatic=True)
    assert "482913" not in mail.subject + mail.text + mail.html


@pytest.mark.row("K5")
@pytest.mark.parametrize(
    "fields",
    [
        {"Auto_Submitted": "auto-generated"},
        {"X_Auto_Response_Suppress": "All"},
        {"Auto_Submitted": "auto-notified"},
    ],
)
def test_a_machines_mail_opens_a_case_and_gets_no_answer(arrive: Arrive, fields: dict[str, str]):
    row = arrive(letter(STRANGER, **fields))
    assert row.state == State.CASE_OPENED
    with clock.stopped_at(MORNING + timedelta(seconds=5)):
        work()
    assert not OutgoingMail.objects.exists()
    assert AutoReply.objects.get(case=row.case).withheld == "machine"


@pytest.mark.row("K5")
@pytest.mark.parametrize(
    "fields",
    [{"Auto_Submitted": "auto-replied"}, {"List_Id": "<news.example>"}, {"Precedence": "bulk"}],
)
def test_auto_replies_and_newsletters_open_no_case_and_can_be_released(
    cast: Cast, arrive: Arrive, fields: dict[str, str]
):
    row = arrive(letter(STRANGER, **fields))
    assert row.state == State.AUTOMATIC
    assert not Case.objects.exists()
    release(inbound_id=row.pk, by=cast.acting(cast.zhao_min), at=MORNING)
    work()
    row.refresh_from_db()
    assert row.state == State.CASE_OPENED
    with clock.stopped_at(MORNING + timedelta(seconds=5)):
        work()
    assert not OutgoingMail.objects.exists()
    with pytest.raises(NotInQuarantine):
        release(inbound_id=row.pk, by=cast.acting(cast.zhao_min), at=MORNING)


@pytest.mark.row("K5")
def test_an_absence_note_is_shown_in_the_case_to_colleagues_only(cast: Cast, arrive: Arrive):
    case = arrive(letter(LI)).case
    assert case is not None
    ours = answered(case, cast)
    row = arrive(
        letter(
            LI,
            text="I am away",
            subject="Out of office",
            In_Reply_To=ours.message_id,
            Auto_Submitted="auto-replied",
        )
    )
    assert (row.state, row.case) == (State.AUTOMATIC, case)
    assert Message.objects.get(case=case, text="I am away").internal


@pytest.mark.row("K5")
def test_a_bounce_is_recorded_and_told_to_the_agent(cast: Cast, arrive: Arrive):
    case = arrive(letter(LI)).case
    assert case is not None
    ours = answered(case, cast)
    row = arrive(bounce(ours.message_id))
    assert (row.state, row.case, row.why) == (State.AUTOMATIC, case, "bounce")
    failed = Undelivered.objects.get(mail=ours)
    assert (failed.recipient, failed.status) == (LI.email, "5.1.1")
    assert Message.objects.filter(case=case, internal=True, text__contains="5.1.1").exists()
    assert FactRecord.objects.filter(name="channels.delivery_failed").exists()
    arrive(bounce(ours.message_id, "<second@mx.example>"))
    assert Undelivered.objects.count() == 1


def test_the_words_of_a_bounce_are_in_the_language_of_the_case(cast: Cast, arrive: Arrive):
    case = arrive(letter(LI)).case
    assert case is not None
    ours = answered(case, cast)
    with translation.override("en"):
        arrive(bounce(ours.message_id))
    assert Message.objects.get(case=case, text__contains="5.1.1").text.startswith(
        "我们的邮件未能送达"
    )


def test_our_words_for_what_is_missing_are_in_the_customers_language(cast: Cast, arrive: Arrive):
    empty = f"From: {LI.email}\r\nMessage-ID: <e1@customer.example>\r\n\r\n".encode()
    with translation.override("en"):
        case = arrive(empty).case
    assert case is not None
    assert case.subject == "（无主题）"
    assert Message.objects.filter(case=case, text="（无正文）").exists()
    Case.objects.filter(pk=case.pk).update(language="en")
    ours = answered(case, cast)
    arrive(
        empty.replace(b"<e1@", b"<e2@").replace(
            b"\r\n\r\n", f"\r\nIn-Reply-To: {ours.message_id}\r\n\r\n".encode()
        )
    )
    assert Message.objects.filter(case=case, text="(no text)").exists()


@pytest.mark.row("K5")
def test_an_answer_that_its_server_refuses_is_told_to_the_agent(cast: Cast, arrive: Arrive):
    case = arrive(letter(LI)).case
    assert case is not None
    ours = answered(case, cast)
    mail.settle(ours, "550 no such mailbox", final=True)
    work()
    note = Message.objects.get(case=case, text__contains="550 no such mailbox")
    assert note.internal
    assert note.text.startswith("我们的邮件未能送达")
    said = FactRecord.objects.get(name="channels.delivery_failed")
    assert said.body == {"mail_id": ours.pk, "case_id": case.pk}
    assert AuditEntry.objects.filter(act="channels.note_failed", subject=f"mail:{ours.pk}").exists()


def test_a_refused_mail_about_no_case_gives_up_no_work(arrive: Arrive):
    ours = mail.post(to=[LI.email], subject="x", text="y", subject_ref="customer:1", at=MORNING)
    mail.settle(ours, "550 no such mailbox", final=True)
    work()
    assert FactRecord.objects.filter(name="channels.delivery_failed").exists()
    assert not Job.objects.filter(fact_id__isnull=False).exists()


@pytest.mark.row("K5")
def test_an_answer_that_has_no_address_to_go_to_is_told_to_the_agent(cast: Cast, arrive: Arrive):
    case = arrive(letter(LI)).case
    assert case is not None
    ContactPoint.objects.filter(customer=cast.li).delete()
    message = reply(case_id=case.pk, text="您好", by=cast.acting(cast.lin_xiao), at=MORNING)
    let_reply_leave(message_id=message.pk, by=SYSTEM, at=MORNING)
    work()
    message.refresh_from_db()
    assert message.mail is None
    assert Message.objects.filter(
        case=case, internal=True, text__startswith="答复没有以邮件发出"
    ).exists()
    assert AuditEntry.objects.filter(act="channels.withhold_reply").exists()


def test_a_bounce_of_a_mail_that_is_not_ours_changes_nothing(arrive: Arrive):
    assert arrive(bounce("<not-ours@elsewhere.example>")).state == State.AUTOMATIC
    assert not Undelivered.objects.exists()


def bounce(message_id: str, own_id: str = "<bounce@mx.example>") -> bytes:
    """A delivery report as servers write them."""
    return (
        f"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: help@harbour.example\r\nMessage-ID: {own_id}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {LI.email}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\nSubject: x\r\n--b--\r\n"
    ).encode()


def test_attachments_are_kept_with_safe_names(arrive: Arrive):
    raw = (
        f"From: {LI.email}\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nsee file\r\n"
        '--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="../../.htaccess"\r\n\r\n%PDF\r\n'
        "--b--\r\n"
    )
    row = arrive(raw.encode())
    attached = Attachment.objects.get(message__case=row.case)
    assert (attached.name, attached.size) == ("htaccess", 4)


def test_our_own_mail_that_comes_back_opens_nothing(cast: Cast, arrive: Arrive):
    case = arrive(letter(LI)).case
    assert case is not None
    ours = answered(case, cast)
    row = arrive(letter(Person("海港客服", "help@harbour.example"), message_id=ours.message_id))
    assert (row.state, row.why) == (State.AUTOMATIC, "our_own_mail")


@pytest.mark.row("K5")
def test_poison_goes_to_quarantine_after_three_tries_with_an_alert_and_its_bytes(
    mailbox: Mailbox, morning: datetime
):
    raw = BOMBS["nothing"]()
    number = keep_mail(mailbox_id=mailbox.pk, raw=raw or b"\n", by=SYSTEM, at=morning)
    for minute in range(6):
        with clock.stopped_at(morning + timedelta(minutes=minute)):
            work()
    row = InboundMail.objects.get(pk=number)
    assert row.state == State.QUARANTINED
    assert row.tries <= rules.TRIES
    assert bytes(row.raw) == b"\n"
    assert FactRecord.objects.filter(name="channels.mail_quarantined").exists()


def test_a_mail_that_kills_its_reader_each_time_is_put_aside(mailbox: Mailbox, morning: datetime):
    number = keep_mail(mailbox_id=mailbox.pk, raw=letter(LI), by=SYSTEM, at=morning)
    tries = [begin_try(inbound_id=number, by=SYSTEM, at=morning) for _ in range(4)]
    assert [one and one.number for one in tries] == [1, 2, 3, None]
    assert InboundMail.objects.get(pk=number).state == State.QUARANTINED


def test_one_address_gets_one_automatic_answer_a_day(arrive: Arrive):
    for number in range(30):
        arrive(letter(LI, subject=f"matter {number}"))
    with clock.stopped_at(MORNING + timedelta(seconds=5)):
        work()
    assert Case.objects.count() == 30
    assert OutgoingMail.objects.filter(recipients=[LI.email]).count() == 1
    with clock.stopped_at(MORNING + timedelta(hours=24, seconds=6)):
        row = arrive(letter(LI, subject="next day"))
        assert row.case is not None
        acknowledge(case_id=row.case.pk, by=SYSTEM, at=clock.now())
    assert OutgoingMail.objects.filter(recipients=[LI.email]).count() == 2


def test_a_case_is_acknowledged_once(arrive: Arrive):
    row = arrive(letter(LI))
    assert row.case is not None
    with clock.stopped_at(MORNING + timedelta(seconds=5)):
        work()
    assert not acknowledge(case_id=row.case.pk, by=SYSTEM, at=MORNING + timedelta(days=9))
    assert OutgoingMail.objects.count() == 1


def test_two_services_that_answer_each_other_fall_silent(cast: Cast, arrive: Arrive):
    """An autoresponder that says nothing of itself answers everything it gets."""
    echo = Person("自动", "echo@elsewhere.example")
    arrive(letter(echo))
    at = MORNING
    for turn in range(10):
        at += timedelta(minutes=1)
        with clock.stopped_at(at):
            work()
            for mail in OutgoingMail.objects.filter(recipients=[echo.email]):
                arrive(
                    letter(
                        echo,
                        text=f"received {turn}",
                        to=mail.headers["Reply-To"],
                        In_Reply_To=mail.message_id,
                    )
                )
    assert OutgoingMail.objects.count() == 1
    assert Case.objects.count() == 1


def test_two_of_our_own_installations_stop_after_two_mails(arrive: Arrive):
    """What the other installation would send us: its acknowledgement of ours, marked as every automatic mail is."""
    other = Person("别家客服", "help@elsewhere.example")
    arrive(letter(other))
    with clock.stopped_at(MORNING + timedelta(seconds=5)):
        work()
        ours = OutgoingMail.objects.get()
        row = arrive(
            letter(
                other,
                subject="已收到",
                In_Reply_To=ours.message_id,
                **{
                    name.replace("-", "_"): value
                    for name, value in ours.headers.items()
                    if name.startswith(("Auto", "X-"))
                },
            )
        )
    with clock.stopped_at(MORNING + timedelta(minutes=1)):
        work()
    assert row.state == State.AUTOMATIC
    assert OutgoingMail.objects.count() == 1


def test_a_bomb_of_forms_sends_its_victim_one_mail(cast: Cast, mailbox: Mailbox):
    """Anybody can write anybody's address into a form; she must not be flooded by us."""
    form = next(
        code for code, one in cast.handbook.channels.items() if code != "email" and one.acknowledge
    )
    for number in range(40):
        open_case(
            customer_id=cast.li.pk,
            kind=cast.handbook.default_kind.code,
            severity=cast.handbook.default_kind.severity_default,
            subject=f"form {number}",
            opening=Incoming(text="x", channel=form),
            by=SYSTEM,
            at=MORNING,
        )
    work()
    with clock.stopped_at(MORNING + timedelta(seconds=5)):
        work()
    assert OutgoingMail.objects.filter(recipients=[LI.email]).count() == 1
    assert AutoReply.objects.filter(withheld="address_answered").count() == 39
