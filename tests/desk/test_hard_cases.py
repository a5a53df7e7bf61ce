"""Where things meet: reopening, answers that have not left, waiting and escalating at the wrong moment."""

from datetime import datetime, timedelta

import pytest

from libin.desk import actions as desk
from libin.desk import queries
from libin.desk.models import Case
from libin.kernel import clock, queue
from libin.kernel.access import SYSTEM
from libin.kernel.errors import NotFound, NotPermitted
from libin.kernel.models import FactRecord, Job
from tests.cast import Cast
from tests.desk.cases import Opens, customer_actor, leave, look

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def state(case: Case, code: str) -> list[str]:
    return list(case.promises.filter(code=code).order_by("round").values_list("state", flat=True))


@pytest.mark.parametrize("ended", ["resolved", "closed"])
@pytest.mark.parametrize("who", ["customer", "staff"])
@pytest.mark.row("D1")
def test_a_case_that_begins_anew_is_answered_and_solved_again(
    cast: Cast, opens: Opens, at: datetime, ended: str, who: str
) -> None:
    case = opens()
    by = cast.acting(cast.chen_jing)
    desk.reply(case_id=case.pk, text="半年一次。", by=by, at=at)
    leave(at)
    end = desk.resolve_case if ended == "resolved" else desk.close_case
    end(case_id=case.pk, outcome="solved", by=by, at=at + 5 * MINUTE)
    if who == "staff":
        desk.reopen_case(case_id=case.pk, by=by, at=at + HOUR)
    else:
        desk.receive_message(
            case_id=case.pk,
            incoming=desk.Incoming(text="还是不行"),
            by=customer_actor(cast.li.pk),
            at=at + HOUR,
        )
    desk.reply(case_id=case.pk, text="请换新的。", by=by, at=at + 2 * HOUR)
    leave(at + 2 * HOUR)
    assert not Job.objects.exclude(problem="").exists()
    assert case.messages.filter(author="staff", left_at=None).count() == 0
    desk.close_case(case_id=case.pk, outcome="solved", by=by, at=at + 3 * HOUR)
    steps = queries.case_view(by, case.pk, at=at + 3 * HOUR).steps
    assert all(step.done_at for step in steps)


def test_an_answer_counts_although_the_case_ends_before_it_leaves(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    by = cast.acting(cast.chen_jing)
    desk.reply(case_id=case.pk, text="半年一次。", by=by, at=at)
    desk.close_case(case_id=case.pk, outcome="solved", by=by, at=at + timedelta(seconds=3))
    leave(at)
    assert state(case, "first_reply") == ["kept"]
    assert "running" not in state(case, "next_update")
    look(at + timedelta(days=30))
    assert not case.promises.filter(state="broken").exists()
    assert case.messages.filter(author="staff", left_at__isnull=False).count() == 1


def test_an_answer_written_in_time_is_in_time_although_the_worker_was_away(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    due = case.promises.get(code="first_reply").due_at
    by = cast.acting(cast.chen_jing)
    desk.reply(case_id=case.pk, text="半年一次。", by=by, at=due - timedelta(seconds=10))
    look(due + 10 * MINUTE)
    assert state(case, "first_reply") == ["running"]
    leave(due + 10 * MINUTE)
    assert state(case, "first_reply") == ["kept"]


def test_a_late_answer_found_before_the_clock_looked_is_told_as_broken(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    due = case.promises.get(code="first_reply").due_at
    by = cast.acting(cast.chen_jing)
    desk.reply(case_id=case.pk, text="抱歉。", by=by, at=due + timedelta(seconds=10))
    leave(due + timedelta(seconds=10))
    assert state(case, "first_reply") == ["broken"]
    told = FactRecord.objects.filter(name="desk.promise_broken", body__code="first_reply")
    assert told.count() == 1
    look(due + HOUR)
    assert told.count() == 1


def test_nothing_waits_once_it_is_done(cast: Cast, opens: Opens, at: datetime) -> None:
    case = opens()
    by = cast.acting(cast.chen_jing)
    desk.resolve_case(case_id=case.pk, outcome="solved", by=by, at=at)
    with pytest.raises(desk.AlreadyDone):
        desk.pause_case(case_id=case.pk, reason="waiting-customer", by=by, at=at)
    with pytest.raises(desk.AlreadyDone):
        desk.escalate(case_id=case.pk, brief="再看看", by=by, at=at)


@pytest.mark.row("D7")
def test_a_case_waits_no_longer_in_all_than_the_handbook_permits(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    by = cast.acting(cast.chen_jing)
    longest = cast.handbook.pause_reasons["waiting-customer"].max_minutes * MINUTE
    desk.pause_case(case_id=case.pk, reason="waiting-customer", by=by, at=at)
    desk.resume_case(case_id=case.pk, by=by, at=at + longest / 2)
    desk.pause_case(case_id=case.pk, reason="waiting-customer", by=by, at=at + longest)
    assert desk.end_overlong_pauses(by=SYSTEM, at=at + longest * 1.5) == 1
    with pytest.raises(desk.WaitedLongEnough):
        desk.pause_case(case_id=case.pk, reason="waiting-customer", by=by, at=at + longest * 2)


@pytest.mark.row("D9")
def test_whoever_escalates_stays_until_somebody_there_takes_it(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    agent, supervisor = cast.acting(cast.lin_xiao), cast.acting(cast.chen_jing)
    desk.assign_case(case_id=case.pk, staff_id=agent.person, by=agent, at=at)
    for _ in range(2):  # up to the supervisors' rung
        desk.escalate(case_id=case.pk, brief="客户要求主管回电", by=agent, at=at + MINUTE)
    case.refresh_from_db()
    assert (case.owner_id, case.asked_id) == (agent.person, supervisor.person)
    assert "running" in state(case, "escalation")
    mine = queries.cases(supervisor, queries.Wanted(view="mine"), at=at).rows
    assert [row.id for row in mine] == [case.pk]
    desk.assign_case(case_id=case.pk, staff_id=supervisor.person, by=supervisor, at=at + 3 * MINUTE)
    case.refresh_from_db()
    assert (case.owner_id, case.asked_id) == (supervisor.person, None)
    assert "running" not in state(case, "escalation")


def test_steps_passed_over_are_not_counted_as_kept(cast: Cast, opens: Opens, at: datetime) -> None:
    case = opens(kind="complaint")
    by = cast.acting(cast.chen_jing)
    desk.reply(case_id=case.pk, text="非常抱歉。", by=by, at=at)
    leave(at)
    desk.complete_step(case_id=case.pk, chosen="department", by=by, at=at + 2 * MINUTE)
    desk.close_case(case_id=case.pk, outcome="compensated", by=by, at=at + 3 * MINUTE)
    skipped = set(case.steps.filter(skipped=True).values_list("step", flat=True))
    assert "approve" in skipped
    assert "judge" not in skipped


def test_nobody_acts_on_a_case_she_may_not_see(cast: Cast, opens: Opens, at: datetime) -> None:
    case = opens()
    desk.assign_case(
        case_id=case.pk, staff_id=cast.chen_jing.pk, by=cast.acting(cast.chen_jing), at=at
    )
    with pytest.raises(NotPermitted):
        desk.add_note(case_id=case.pk, text="我来看看", by=cast.acting(cast.lin_xiao), at=at)
    assert case.messages.count() == 1


def test_taking_back_what_is_not_there_is_told(cast: Cast, at: datetime) -> None:
    with pytest.raises(NotFound):
        desk.take_back_reply(message_id=10**9, by=cast.acting(cast.chen_jing), at=at)


def test_answers_taken_back_leave_no_words_in_the_list(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    by = cast.acting(cast.chen_jing)
    message = desk.reply(case_id=case.pk, text="写错了", by=by, at=at)
    desk.take_back_reply(message_id=message.pk, by=by, at=at + timedelta(seconds=2))
    case.refresh_from_db()
    assert case.last_words.startswith("您好")
    with clock.stopped_at(at + MINUTE):
        queue.run_all()
    assert not FactRecord.objects.filter(name="desk.replied").exists()
