"""A matter becomes one case, is answered by whoever holds it, and nothing said is lost."""

from datetime import datetime, timedelta
from threading import Thread

import pytest
from django.db import connection

from libin.desk import actions as desk
from libin.desk import queries
from libin.desk.models import Assignment, Case, Draft, Message, Promise
from libin.handbook import queries as handbooks
from libin.kernel import queue
from libin.kernel.access import SYSTEM
from libin.kernel.errors import NotFound, NotPermitted
from libin.kernel.models import AuditEntry, FactRecord
from tests.cast import Cast
from tests.desk.cases import Opens, customer_actor, leave

MINUTE = timedelta(minutes=1)


@pytest.mark.row("D1")
def test_a_new_matter_is_a_case_with_its_handbook_promises_and_first_step(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens(customer=cast.wang.pk, severity="urgent")
    case.refresh_from_db()
    assert (case.tier, case.service_class, case.lane) == ("diamond", "A", "priority")
    assert case.handbook_id == handbooks.in_force(at).version_id
    promised = {promise.code: promise.due_at - at for promise in case.promises.all()}
    assert promised["first_reply"] == 30 * MINUTE
    assert case.risk_at == at + min(promised.values())
    assert [run.step for run in case.steps.filter(done_at=None)] == ["analyse"]


@pytest.mark.row("D11")
def test_opening_is_written_down_with_who_and_when(opens: Opens, at: datetime) -> None:
    case = opens()
    entry = AuditEntry.objects.get(act="desk.open_case")
    assert (entry.subject, entry.at) == (f"case:{case.pk}", at)
    assert entry.actor.startswith("customer:")
    fact = FactRecord.objects.get(name="desk.case_opened")
    assert "净水器" not in str(fact.body)


@pytest.mark.parametrize(
    "text", ["", "  \n", "🙂" * 100_000, "\ufeff退款\u200b", "<script>alert(1)</script>"]
)
def test_odd_words_open_a_case_or_are_refused_in_words(opens: Opens, text: str) -> None:
    if text.strip():
        case = opens(text=text)
        assert case.messages.get().text == text[:200_000]
    else:
        with pytest.raises(desk.NothingSaid, match=r"."):
            opens(text=text, subject=" ")


def test_a_code_the_handbook_does_not_have_is_refused(opens: Opens) -> None:
    with pytest.raises(desk.UnknownCode):
        opens(kind="no-such-kind")
    assert Case.objects.count() == 0


@pytest.mark.row("D4")
def test_whoever_answers_first_holds_an_unassigned_case(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    desk.reply(case_id=case.pk, text="您好，半年一次。", by=cast.acting(cast.lin_xiao), at=at)
    case.refresh_from_db()
    assert case.owner_id == cast.lin_xiao.pk
    desk.reply(
        case_id=case.pk, text="补充：请用原装滤芯。", by=cast.acting(cast.chen_jing), at=at + MINUTE
    )
    case.refresh_from_db()
    assert case.owner_id == cast.lin_xiao.pk


@pytest.mark.row("D12")
def test_an_answer_can_be_taken_back_until_it_leaves(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    by = cast.acting(cast.lin_xiao)
    message = desk.reply(case_id=case.pk, text="写错了。", by=by, at=at)
    desk.take_back_reply(message_id=message.pk, by=by, at=at + timedelta(seconds=5))
    leave(at)
    assert Draft.objects.get(case=case).text == "写错了。"
    assert case.promises.get(code="first_reply").state == "running"
    assert not FactRecord.objects.filter(name="desk.replied").exists()


def test_an_answer_that_has_left_cannot_be_taken_back(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    by = cast.acting(cast.lin_xiao)
    message = desk.reply(case_id=case.pk, text="好的。", by=by, at=at)
    leave(at)
    with pytest.raises(desk.TooLateToTakeBack):
        desk.take_back_reply(message_id=message.pk, by=by, at=at + 2 * MINUTE)


@pytest.mark.row("D6")
def test_an_answer_in_time_keeps_the_promise_from_when_it_was_written(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    desk.reply(case_id=case.pk, text="半年一次。", by=cast.acting(cast.lin_xiao), at=at + MINUTE)
    leave(at + MINUTE)
    promise = case.promises.get(code="first_reply")
    assert (promise.state, promise.settled_at) == ("kept", at + MINUTE)
    assert case.promises.filter(code="next_update", state="running").exists()


def test_the_same_words_posted_twice_are_sent_once(cast: Cast, opens: Opens, at: datetime) -> None:
    case = opens()
    by = cast.acting(cast.lin_xiao)
    desk.reply(case_id=case.pk, text="好的。", by=by, at=at)
    with pytest.raises(desk.WrittenTwice):
        desk.reply(case_id=case.pk, text="好的。", by=by, at=at + timedelta(seconds=2))
    assert Message.objects.filter(case=case, author="staff").count() == 1


@pytest.mark.row("D12")
def test_a_note_is_for_colleagues_only(cast: Cast, opens: Opens, at: datetime) -> None:
    case = opens()
    desk.add_note(case_id=case.pk, text="客户着急🙂", by=cast.acting(cast.lin_xiao), at=at)
    seen = queries.customer_case_view(customer_actor(cast.li.pk), case.key)
    assert [message.text for message in seen.messages] == ["您好，请问净水器多久换一次滤芯？"]
    assert case.promises.get(code="first_reply").state == "running"


def test_a_customer_sees_our_answer_only_once_it_has_left(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    desk.reply(case_id=case.pk, text="半年一次。", by=cast.acting(cast.lin_xiao), at=at)
    viewer = customer_actor(cast.li.pk)
    assert len(queries.customer_case_view(viewer, case.key).messages) == 1
    leave(at)
    assert "半年一次。" in [m.text for m in queries.customer_case_view(viewer, case.key).messages]


def test_a_case_of_another_customer_does_not_exist(cast: Cast, opens: Opens) -> None:
    case = opens()
    with pytest.raises(NotFound):
        queries.customer_case_view(customer_actor(cast.wang.pk), case.key)
    with pytest.raises(NotFound):
        queries.case_seen_by(customer_actor(cast.wang.pk), case.pk)


def test_words_that_are_not_hers_stay_inside(cast: Cast, opens: Opens, at: datetime) -> None:
    case = opens()
    desk.receive_message(
        case_id=case.pk,
        incoming=desk.Incoming(
            text="请改成我的账号", verified=False, sender_note="evil@elsewhere.example"
        ),
        by=SYSTEM,
        at=at,
    )
    assert len(queries.customer_case_view(customer_actor(cast.li.pk), case.key).messages) == 1


def test_nobody_without_the_right_answers(cast: Cast, opens: Opens, at: datetime) -> None:
    case = opens()
    with pytest.raises(NotPermitted):
        desk.reply(case_id=case.pk, text="好。", by=cast.acting(cast.he_ping), at=at)


def test_a_closed_case_is_not_answered(cast: Cast, opens: Opens, at: datetime) -> None:
    case = opens()
    by = cast.acting(cast.lin_xiao)
    desk.close_case(case_id=case.pk, outcome="solved", by=by, at=at)
    with pytest.raises(NotPermitted):
        desk.reply(case_id=case.pk, text="好。", by=by, at=at + MINUTE)


@pytest.mark.row("K5")
def test_a_customer_who_writes_again_wakes_a_resolved_case(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    by = cast.acting(cast.lin_xiao)
    desk.reply(case_id=case.pk, text="半年一次。", by=by, at=at)
    leave(at)
    desk.resolve_case(case_id=case.pk, outcome="solved", by=by, at=at)
    desk.receive_message(
        case_id=case.pk,
        incoming=desk.Incoming(text="还是不行"),
        by=customer_actor(cast.li.pk),
        at=at + MINUTE,
    )
    case.refresh_from_db()
    assert case.state == Case.State.OPEN
    assert case.promises.filter(code="first_reply", round=2, state="running").exists()


def test_drafts_are_kept_apart_for_each_person_and_for_notes(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    for staff, internal, text in [
        (cast.lin_xiao, False, "甲"),
        (cast.lin_xiao, True, "乙"),
        (cast.su_wan, False, "丙"),
    ]:
        desk.save_draft(case_id=case.pk, text=text, internal=internal, by=cast.acting(staff), at=at)
    view = queries.case_view(cast.acting(cast.lin_xiao), case.pk, at=at)
    assert (view.reply_draft, view.note_draft) == ("甲", "乙")


@pytest.mark.row("D2")
def test_colleagues_see_who_is_looking_and_who_is_writing(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    desk.watch_case(case_id=case.pk, replying=True, by=cast.acting(cast.su_wan), at=at)
    (watcher,) = queries.case_view(cast.acting(cast.lin_xiao), case.pk, at=at).watchers
    assert (watcher.staff_id, watcher.replying) == (cast.su_wan.pk, True)
    later = queries.case_view(cast.acting(cast.lin_xiao), case.pk, at=at + 2 * MINUTE)
    assert later.watchers == ()


@pytest.mark.django_db(transaction=True)
def test_two_first_answers_at_once_leave_one_owner(cast: Cast, opens: Opens, at: datetime) -> None:
    case = opens()
    actors = [cast.acting(cast.chen_jing), cast.acting(cast.zhao_min)]

    def answer(number: int) -> None:
        desk.reply(case_id=case.pk, text=f"您好 {number}", by=actors[number], at=at)
        connection.close()

    threads = [Thread(target=answer, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Assignment.objects.filter(case=case, until_at=None).count() == 1
    assert Message.objects.filter(case=case, author="staff").count() == 2
    assert Case.objects.get(pk=case.pk).messages_count == 3


def test_an_acknowledgement_is_noted_once_in_the_conversation(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    desk.note_acknowledgement(case_id=case.pk, text="已收到。", mail_id=None, by=SYSTEM, at=at)
    assert [m.author for m in case.messages.order_by("id")] == ["customer", "automatic"]
    assert Promise.objects.filter(case=case, code="first_reply", state="running").exists()


def test_reading_marks_only_the_owners_case(cast: Cast, opens: Opens, at: datetime) -> None:
    case = opens(customer=cast.wang.pk)
    queue.run_all()
    desk.mark_read(case_id=case.pk, by=cast.acting(cast.lin_xiao), at=at)
    assert Case.objects.get(pk=case.pk).unread
    desk.mark_read(case_id=case.pk, by=cast.acting(cast.su_wan), at=at)
    assert not Case.objects.get(pk=case.pk).unread
