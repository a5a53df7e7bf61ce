"""Routing, handing over, escalating, steps and the end of a case, by real actions."""

from datetime import datetime, timedelta
from threading import Thread

import pytest
from django.db import connection

from libin.desk import actions as desk
from libin.desk import queries
from libin.desk.models import Assignment, Case
from libin.kernel import queue
from libin.kernel.access import SYSTEM
from libin.kernel.errors import NotPermitted
from libin.people import actions as people
from tests.cast import Cast
from tests.desk.cases import Opens, leave

MINUTE = timedelta(minutes=1)


def owner(case: Case) -> int | None:
    return Case.objects.get(pk=case.pk).owner_id


@pytest.mark.row("D8")
def test_a_new_matter_goes_to_the_customers_own_manager_and_says_why(
    cast: Cast, opens: Opens
) -> None:
    case = opens(customer=cast.wang.pk)
    queue.run_all()
    assert owner(case) == cast.su_wan.pk
    why = Case.objects.get(pk=case.pk).why_owner
    assert (why["code"], why["load"]) == ("account_manager", 0)


@pytest.mark.row("C8")
def test_the_backup_stands_in_while_the_manager_is_away(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    people.set_presence(state="away", by=cast.acting(cast.su_wan), at=at)
    case = opens(customer=cast.wang.pk)
    queue.run_all()
    assert owner(case) == cast.lin_xiao.pk


@pytest.mark.row("S2")
def test_a_case_that_waits_for_somebody_is_given_to_whoever_comes(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    for staff in (cast.chen_jing, cast.lin_xiao, cast.su_wan):
        people.set_presence(state="offline", by=cast.acting(staff), at=at)
    case = opens()
    queue.run_all()
    assert owner(case) is None
    assert queries.waiting_for_somebody() == [case.pk]
    people.set_presence(state="online", by=cast.acting(cast.lin_xiao), at=at)
    queue.run_all()
    assert owner(case) == cast.lin_xiao.pk


@pytest.mark.django_db(transaction=True)
@pytest.mark.row("D8")
def test_many_arrivals_at_once_have_one_owner_each_and_share_the_work(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    cases = [opens(subject=f"{number}").pk for number in range(16)]

    def route(mine: list[int]) -> None:
        for number in mine:
            desk.route_case(case_id=number, by=SYSTEM, at=at)
        connection.close()

    threads = [Thread(target=route, args=(cases[k::4] + cases[:2],)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Assignment.objects.filter(until_at=None).count() == len(
        set(Assignment.objects.filter(until_at=None).values_list("case_id", flat=True))
    )
    loads = [Case.objects.filter(owner_id=staff.pk).count() for staff in cast.staff.values()]
    capacity = max(level.capacity_async for level in cast.handbook.levels.values())
    assert 0 < max(loads) <= capacity


@pytest.mark.row("D4")
def test_handing_over_needs_a_brief_and_leaves_a_trace(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    by = cast.acting(cast.lin_xiao)
    desk.assign_case(case_id=case.pk, staff_id=by.person, by=by, at=at)
    with pytest.raises(desk.BriefMissing):
        desk.hand_over(case_id=case.pk, staff_id=cast.su_wan.pk, brief=" ", by=by, at=at)
    desk.hand_over(
        case_id=case.pk, staff_id=cast.su_wan.pk, brief="客户要发票", by=by, at=at + MINUTE
    )
    view = queries.case_view(cast.acting(cast.su_wan), case.pk, at=at)
    assert [(a.staff_id, a.brief) for a in view.assignments] == [
        (cast.lin_xiao.pk, ""),
        (cast.su_wan.pk, "客户要发票"),
    ]
    assert [m.text for m in view.messages if m.internal] == ["客户要发票"]


def test_somebody_elses_case_cannot_be_handed_over(cast: Cast, opens: Opens, at: datetime) -> None:
    case = opens()
    by = cast.acting(cast.chen_jing)
    desk.assign_case(case_id=case.pk, staff_id=cast.su_wan.pk, by=by, at=at)
    with pytest.raises(NotPermitted):
        desk.hand_over(
            case_id=case.pk,
            staff_id=cast.chen_jing.pk,
            brief="给您",
            by=cast.acting(cast.lin_xiao),
            at=at,
        )


@pytest.mark.row("D9")
def test_escalating_goes_to_the_next_rung_with_a_brief(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    by = cast.acting(cast.lin_xiao)
    desk.assign_case(case_id=case.pk, staff_id=by.person, by=by, at=at)
    desk.escalate(case_id=case.pk, brief="客户要求经理回电", by=by, at=at + MINUTE)
    case.refresh_from_db()
    ladder = sorted(cast.handbook.escalation, key=lambda rung: rung.rank)
    assert case.escalation == ladder[0].code
    assert case.promises.get(code="escalation").due_at == at + 11 * MINUTE


def test_the_ladder_has_a_top(cast: Cast, opens: Opens, at: datetime) -> None:
    case = opens()
    by = cast.acting(cast.chen_jing)
    for _ in cast.handbook.escalation:
        desk.escalate(case_id=case.pk, brief="再上一级", by=by, at=at)
    with pytest.raises(desk.TopOfLadder):
        desk.escalate(case_id=case.pk, brief="再上一级", by=by, at=at)


@pytest.mark.row("S2")
def test_open_work_of_somebody_who_leaves_finds_another_owner(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens(customer=cast.wang.pk)
    queue.run_all()
    people.deactivate_staff(staff_id=cast.su_wan.pk, by=cast.acting(cast.zhao_min), at=at)
    queue.run_all()
    assert owner(case) == cast.lin_xiao.pk
    assert Assignment.objects.filter(case=case, until_at=None).count() == 1


@pytest.mark.row("D3")
def test_an_inquiry_walks_through_its_steps_by_what_happens(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    queue.run_all()
    by = cast.acting(cast.staff["agent"])
    desk.reply(case_id=case.pk, text="半年一次。", by=by, at=at)
    leave(at)
    by = cast.acting(cast.chen_jing)
    desk.close_case(case_id=case.pk, outcome="answered", by=by, at=at + 5 * MINUTE)
    view = queries.case_view(by, case.pk, at=at)
    assert [step.step.code for step in view.steps if step.done_at] == [
        "receive",
        "analyse",
        "look_up",
        "answer",
        "follow_up",
        "archive",
    ]


@pytest.mark.row("D1")
def test_at_a_branch_a_person_chooses(cast: Cast, opens: Opens, at: datetime) -> None:
    case = opens(kind="complaint")
    by = cast.acting(cast.lin_xiao)
    desk.reply(case_id=case.pk, text="非常抱歉，我马上核实。", by=by, at=at)
    leave(at)
    with pytest.raises(desk.ChooseNextStep):
        desk.complete_step(case_id=case.pk, by=by, at=at + 2 * MINUTE)
    desk.complete_step(case_id=case.pk, chosen="explain", by=by, at=at + 2 * MINUTE)
    running = case.steps.get(done_at=None)
    assert running.step == "explain"


@pytest.mark.row("D11")
def test_closing_settles_everything_and_keeps_the_self_assessment(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    by = cast.acting(cast.lin_xiao)
    desk.reply(case_id=case.pk, text="好的。", by=by, at=at)
    leave(at)
    desk.close_case(
        case_id=case.pk,
        outcome="solved",
        self_assessment={"well": "很快", "lacking": "", "suggestion": "补充知识"},
        by=by,
        at=at + 5 * MINUTE,
    )
    case.refresh_from_db()
    assert (case.state, case.risk_at, case.self_assessment["well"]) == ("closed", None, "很快")
    assert "lacking" not in case.self_assessment
    assert not case.promises.filter(settled_at=None, state="running").exists()


@pytest.mark.parametrize("outcome", ["", "no-such", "unfounded"])
def test_an_end_the_handbook_does_not_offer_is_refused(
    cast: Cast, opens: Opens, at: datetime, outcome: str
) -> None:
    case = opens()
    with pytest.raises(desk.UnknownOutcome):
        desk.close_case(case_id=case.pk, outcome=outcome, by=cast.acting(cast.lin_xiao), at=at)


def test_a_case_closes_once_and_can_begin_anew(cast: Cast, opens: Opens, at: datetime) -> None:
    case = opens()
    by = cast.acting(cast.chen_jing)
    desk.close_case(case_id=case.pk, outcome="solved", by=by, at=at)
    with pytest.raises((desk.AlreadyDone, NotPermitted)):
        desk.close_case(case_id=case.pk, outcome="solved", by=by, at=at)
    desk.reopen_case(case_id=case.pk, by=by, at=at + MINUTE)
    assert Case.objects.get(pk=case.pk).state == Case.State.OPEN


def test_a_resolved_case_closes_by_itself_when_nobody_objects(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    desk.resolve_case(case_id=case.pk, outcome="solved", by=cast.acting(cast.lin_xiao), at=at)
    hours = cast.handbook.limit("close-after-resolved")
    assert queries.resolved_long_enough(at=at + timedelta(hours=hours - 1)) == []
    assert queries.resolved_long_enough(at=at + timedelta(hours=hours)) == [case.pk]
