"""Promises run, warn, break and are kept at the instants the handbook says, and say so once."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection

from libin.desk import actions as desk
from libin.desk import queries
from libin.desk.actions.holidays import Day
from libin.desk.models import Case, Promise
from libin.handbook import queries as handbooks
from libin.handbook.models import Observation
from libin.kernel import clock, queue
from libin.kernel.access import SYSTEM
from libin.kernel.errors import NotPermitted
from libin.kernel.models import FactRecord
from tests.cast import Cast
from tests.desk.cases import Opens, customer_actor, leave, look

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def facts(name: str) -> int:
    return FactRecord.objects.filter(name=name).count()


def first(case: Case) -> Promise:
    return case.promises.get(code="first_reply")


@pytest.mark.row("D6")
@pytest.mark.parametrize(
    ("tier", "severity", "kind", "minutes"),
    [
        ("diamond", "urgent", "inquiry", 30),
        ("diamond", "general", "inquiry", 120),
        ("gold", "urgent", "inquiry", 120),
        ("standard", "urgent", "inquiry", 240 + 90),  # four working hours from ten, over lunch
        ("diamond", "general", "complaint", 60),
        ("gold", "general", "complaint", 60),
    ],
)
def test_each_class_is_promised_its_time(
    cast: Cast, opens: Opens, at: datetime, tier: str, severity: str, kind: str, minutes: int
) -> None:
    if cast.li.tier != tier:
        cast.li.tier = tier
        cast.li.save(update_fields=["tier"])
    case = opens(severity=severity, kind=kind)
    assert first(case).due_at - at == minutes * MINUTE


@pytest.mark.row("D6")
def test_nobody_waits_more_than_a_day_by_the_clock(opens: Opens) -> None:
    friday_evening = datetime(2026, 11, 20, 9, 59, tzinfo=UTC)
    case = opens(when=friday_evening)
    assert first(case).due_at == friday_evening + 24 * HOUR


@pytest.mark.row("D7")
def test_public_holidays_and_make_up_days_move_what_is_due(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens(kind="feedback", when=at)
    solution = case.promises.get(code="department_solution")
    before = solution.due_at
    thursday = at.date() + timedelta(days=1)
    desk.set_holidays(days=[Day(thursday, "校庆")], by=SYSTEM, at=at)
    solution.refresh_from_db()
    assert solution.due_at == before + timedelta(days=1)
    saturday = thursday + timedelta(days=2)
    desk.set_holidays(days=[Day(saturday, "调休", working=True)], by=SYSTEM, at=at)
    solution.refresh_from_db()
    assert solution.due_at < before + timedelta(days=1)


@pytest.mark.row("D7")
def test_warnings_come_at_half_at_four_fifths_and_the_breach_at_the_end(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens(customer=cast.wang.pk, severity="urgent")
    promise = first(case)
    length = promise.due_at - at
    for share, percent in ((0.49, 0), (0.51, 50), (0.81, 80)):
        look(at + length * share)
        promise.refresh_from_db()
        assert promise.warned == percent
    look(promise.due_at)
    promise.refresh_from_db()
    assert (promise.state, promise.broken_at) == ("broken", promise.due_at)
    assert promise.wake_at is None


@pytest.mark.row("D7")
def test_looking_twice_says_everything_once(opens: Opens, at: datetime) -> None:
    opens()
    for _ in range(3):
        look(at + timedelta(days=2))
    assert facts("desk.promise_broken") == 1
    assert Observation.objects.filter(kept=False, standing=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_do_nothing_twice(cast: Cast, opens: Opens, at: datetime) -> None:
    for number in range(12):
        opens(subject=f"{number}")

    def run() -> None:
        look(at + timedelta(days=2))
        connection.close()

    threads = [Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert facts("desk.promise_broken") == 12


@pytest.mark.row("H6")
def test_kept_and_broken_are_observed_beside_the_rule_and_equal_a_recount(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    kept, broken = opens(), opens()
    desk.reply(case_id=kept.pk, text="好的。", by=cast.acting(cast.lin_xiao), at=at + MINUTE)
    leave(at + MINUTE)
    look(at + timedelta(days=2))
    rule = first(kept).rule
    margin = handbooks.margins([rule], days=30, at=at + timedelta(days=2))[rule]
    assert (margin.kept, margin.broken) == (1, 1)
    states = Promise.objects.filter(rule=rule).values_list("state", flat=True)
    assert (margin.kept, margin.broken) == (
        sum(state == "kept" for state in states),
        sum(state == "broken" for state in states),
    )
    assert broken.pk in handbooks.occasions(rule, kept=False)


def test_an_answer_that_waits_for_its_undo_is_not_late(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    due = first(case).due_at
    desk.reply(
        case_id=case.pk, text="好的。", by=cast.acting(cast.lin_xiao), at=due - timedelta(seconds=5)
    )
    look(due + timedelta(seconds=1))
    assert first(case).state == "running"
    leave(due)
    assert first(case).state == "kept"


def test_a_late_answer_leaves_it_broken_and_ends_it(cast: Cast, opens: Opens, at: datetime) -> None:
    case = opens()
    due = first(case).due_at
    look(due)
    desk.reply(case_id=case.pk, text="抱歉，久等了。", by=cast.acting(cast.lin_xiao), at=due + HOUR)
    leave(due + HOUR)
    promise = first(case)
    assert (promise.state, promise.settled_at) == ("broken", due + HOUR)


@pytest.mark.row("D7")
def test_waiting_for_the_customer_stops_what_may_stand_still(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens(kind="inquiry", customer=cast.wang.pk)
    by = cast.acting(cast.lin_xiao)
    before = case.promises.get(code="resolution").due_at
    desk.assign_case(case_id=case.pk, staff_id=by.person, by=by, at=at)
    desk.pause_case(case_id=case.pk, reason="waiting-customer", by=by, at=at + HOUR)
    assert case.promises.get(code="resolution").state == "paused"
    assert first(case).state == "running"
    desk.receive_message(
        case_id=case.pk,
        incoming=desk.Incoming(text="补充材料"),
        by=customer_actor(cast.wang.pk),
        at=at + 4 * HOUR,
    )
    resolution = case.promises.get(code="resolution")
    assert (resolution.state, resolution.due_at) == ("running", before + 3 * HOUR)


def test_waiting_ends_by_itself_when_it_has_lasted_long_enough(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    by = cast.acting(cast.lin_xiao)
    desk.assign_case(case_id=case.pk, staff_id=by.person, by=by, at=at)
    desk.pause_case(case_id=case.pk, reason="waiting-customer", by=by, at=at)
    longest = cast.handbook.pause_reasons["waiting-customer"].max_minutes * MINUTE
    assert desk.end_overlong_pauses(by=SYSTEM, at=at + longest - MINUTE) == 0
    assert desk.end_overlong_pauses(by=SYSTEM, at=at + longest) == 1
    case.refresh_from_db()
    assert case.state == Case.State.OPEN


@pytest.mark.parametrize("reason", ["because", "", "'; drop table"])
def test_a_reason_the_handbook_does_not_know_is_refused(
    cast: Cast, opens: Opens, at: datetime, reason: str
) -> None:
    case = opens()
    with pytest.raises(desk.NotAReasonToWait):
        desk.pause_case(case_id=case.pk, reason=reason, by=cast.acting(cast.lin_xiao), at=at)


def test_a_more_pressing_matter_is_due_sooner_and_never_later(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens(customer=cast.wang.pk)
    by = cast.acting(cast.su_wan)
    general = first(case).due_at
    desk.classify_case(case_id=case.pk, severity="urgent", by=by, at=at)
    urgent = first(case).due_at
    assert urgent < general
    desk.classify_case(case_id=case.pk, severity="general", by=by, at=at)
    assert first(case).due_at == urgent


@pytest.mark.row("D7")
def test_a_breach_has_a_reason_and_a_supervisor_may_except_it(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    look(at + timedelta(days=2))
    promise = first(case)
    reason = next(r.code for r in cast.handbook.breach_reasons.values() if r.forgivable)
    with pytest.raises(NotPermitted):
        desk.explain_breach(
            promise_id=promise.pk, reason=reason, forgive=True, by=cast.acting(cast.lin_xiao), at=at
        )
    desk.explain_breach(
        promise_id=promise.pk, reason=reason, forgive=True, by=cast.acting(cast.chen_jing), at=at
    )
    margin = handbooks.margins([promise.rule], days=30, at=at + timedelta(days=2))[promise.rule]
    assert (margin.broken, margin.excepted) == (0, 1)


@pytest.mark.row("D9")
def test_a_missed_limit_climbs_the_ladder_by_itself(cast: Cast, opens: Opens, at: datetime) -> None:
    rung = next((r for r in cast.handbook.escalation if "first_reply" in r.on_breach_of), None)
    case = opens()
    look(at + timedelta(days=2))
    with clock.stopped_at(at + timedelta(days=2)):
        queue.run_all()
    case.refresh_from_db()
    assert rung is not None
    assert case.escalation == rung.code


def test_a_case_keeps_the_handbook_it_was_opened_under(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    case = opens()
    view = queries.case_view(cast.acting(cast.lin_xiao), case.pk, at=at)
    assert view.handbook.version_id == cast.handbook.version_id
