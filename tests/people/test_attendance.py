"""Who is here, who is planned, and what routing is told."""

from datetime import timedelta

import pytest

from libin.kernel.errors import NotPermitted
from libin.kernel.models import FactRecord
from libin.people import actions, queries
from libin.people.actions import Preferences, StaffDetails
from libin.people.models import Staff
from libin.people.refusals import NotWorkingHere, SpanOverlaps, SpanUpsideDown, ValueNotOffered
from libin.people.rules import PresencePolicy, PresenceState
from tests.people.company import MORNING, Company, enrol

pytestmark = [pytest.mark.django_db, pytest.mark.row("S2")]
POLICY = PresencePolicy()
HOUR = timedelta(hours=1)


def person(
    company: Company, staff: Staff, *, after: timedelta = timedelta()
) -> queries.PersonForRouting:
    return queries.people_for_routing(
        company.actor(company.shen_lan), at=MORNING + after, policy=POLICY, only=[staff.pk]
    )[0]


def presence(company: Company, after: timedelta = timedelta()) -> PresenceState:
    return person(company, company.lin_yue, after=after).presence


def open_tab(company: Company, *, after: timedelta = timedelta(), opened: bool = True) -> None:
    actions.heartbeat(
        opened=opened, policy=POLICY, by=company.actor(company.lin_yue), at=MORNING + after
    )


def test_nobody_is_here_before_she_has_come(company: Company):
    assert presence(company) is PresenceState.OFFLINE


def test_whoever_opens_a_page_is_online(company: Company):
    open_tab(company)
    assert presence(company) is PresenceState.ONLINE
    assert FactRecord.objects.filter(name="people.presence_changed").count() == 1
    open_tab(company, after=timedelta(seconds=30), opened=False)
    assert FactRecord.objects.filter(name="people.presence_changed").count() == 1


def test_whoever_falls_silent_is_away_and_then_gone(company: Company):
    open_tab(company)
    assert presence(company, POLICY.away_after - timedelta(seconds=1)) is PresenceState.ONLINE
    assert presence(company, POLICY.away_after) is PresenceState.AWAY
    assert presence(company, POLICY.offline_after) is PresenceState.OFFLINE


def test_whoever_closes_the_last_tab_is_soon_away(company: Company):
    open_tab(company)
    open_tab(company)
    actions.close_tab(by=company.actor(company.lin_yue), at=MORNING)
    assert presence(company, POLICY.closing_grace) is PresenceState.ONLINE
    actions.close_tab(by=company.actor(company.lin_yue), at=MORNING)
    assert presence(company) is PresenceState.ONLINE
    assert presence(company, POLICY.closing_grace) is PresenceState.AWAY
    open_tab(company, after=timedelta(seconds=20))
    assert presence(company, timedelta(seconds=20)) is PresenceState.ONLINE


@pytest.mark.parametrize("state", ["busy", "away", "offline"])
def test_what_a_person_says_of_herself_stays_while_her_screen_is_open(company: Company, state: str):
    open_tab(company)
    actions.set_presence(state=state, by=company.actor(company.lin_yue), at=MORNING)
    open_tab(company, after=timedelta(seconds=30))
    assert presence(company, timedelta(seconds=31)) == state


def test_the_next_morning_begins_online(company: Company):
    actions.set_presence(state="offline", by=company.actor(company.lin_yue), at=MORNING)
    open_tab(company, after=timedelta(hours=15))
    assert presence(company, timedelta(hours=15)) is PresenceState.ONLINE


def test_there_is_no_other_presence(company: Company):
    with pytest.raises(ValueNotOffered):
        actions.set_presence(state="dancing", by=company.actor(company.lin_yue), at=MORNING)


def test_whoever_has_left_gives_no_sign_of_life(company: Company):
    by = company.actor(company.lin_yue)
    open_tab(company)
    actions.deactivate_staff(
        staff_id=company.lin_yue.pk, by=company.actor(company.shen_lan), at=MORNING
    )
    with pytest.raises(NotWorkingHere):
        actions.heartbeat(opened=True, policy=POLICY, by=by, at=MORNING)
    assert not queries.people_for_routing(
        company.actor(company.shen_lan), at=MORNING, policy=POLICY, only=[company.lin_yue.pk]
    )


# Shifts and leave


def plan(company: Company, start: timedelta, end: timedelta, by: Staff | None = None) -> None:
    actions.plan_shift(
        staff_id=company.lin_yue.pk,
        starts_at=MORNING + start,
        ends_at=MORNING + end,
        by=company.actor(by or company.zhou_wen),
        at=MORNING,
    )


def test_without_a_roster_presence_alone_decides(company: Company):
    open_tab(company)
    assert person(company, company.lin_yue).is_available


def test_a_shift_counts_from_its_first_to_before_its_last_instant(company: Company):
    plan(company, HOUR, 3 * HOUR)
    assert not person(company, company.lin_yue).on_shift
    assert person(company, company.lin_yue, after=HOUR).on_shift
    assert person(company, company.lin_yue, after=3 * HOUR - timedelta(seconds=1)).on_shift
    assert not person(company, company.lin_yue, after=3 * HOUR).on_shift


def test_leave_takes_a_person_out(company: Company):
    open_tab(company)
    actions.plan_leave(
        staff_id=company.lin_yue.pk,
        starts_at=MORNING,
        ends_at=MORNING + HOUR,
        kind="sick",
        by=company.actor(company.zhou_wen),
        at=MORNING,
    )
    assert person(company, company.lin_yue).on_leave
    assert not person(company, company.lin_yue).is_available
    assert not person(company, company.lin_yue, after=HOUR).on_leave


def test_spans_of_one_person_do_not_overlap(company: Company):
    plan(company, HOUR, 3 * HOUR)
    with pytest.raises(SpanOverlaps):
        plan(company, 2 * HOUR, 4 * HOUR)
    with pytest.raises(SpanUpsideDown):
        plan(company, 5 * HOUR, 5 * HOUR)
    plan(company, 3 * HOUR, 4 * HOUR)


def test_agents_do_not_plan(company: Company):
    with pytest.raises(NotPermitted):
        plan(company, HOUR, 2 * HOUR, by=company.lin_yue)


def test_the_roster_of_a_day_shows_what_touches_it(company: Company):
    plan(company, HOUR, 3 * HOUR)
    plan(company, 48 * HOUR, 50 * HOUR)
    lines = queries.roster(
        company.actor(company.zhou_wen),
        starts_at=MORNING,
        ends_at=MORNING + 24 * HOUR,
        at=MORNING,
        policy=POLICY,
    )
    shifts = {line.name: len(line.shifts) for line in lines}
    assert shifts["林悦"] == 1
    assert shifts["周文"] == 0
    assert [
        line.name
        for line in queries.roster(
            company.actor(company.lin_yue),
            starts_at=MORNING,
            ends_at=MORNING + HOUR,
            at=MORNING,
            policy=POLICY,
        )
    ] == ["林悦"]


def test_a_cancelled_shift_is_off_the_roster(company: Company):
    by = company.actor(company.zhou_wen)
    shift = actions.plan_shift(
        staff_id=company.lin_yue.pk, starts_at=MORNING, ends_at=MORNING + HOUR, by=by, at=MORNING
    )
    actions.cancel_shift(shift_id=shift.pk, by=by, at=MORNING)
    assert not Staff.objects.get(pk=company.lin_yue.pk).shifts.exists()


# What routing is told


def test_routing_is_told_all_that_matters(company: Company):
    by = company.actor(company.shen_lan)
    actions.change_staff(
        staff_id=company.lin_yue.pk,
        details=StaffDetails(name="林悦", level="senior", capacity=6, languages=("zh", "en")),
        by=by,
        at=MORNING,
    )
    actions.set_skills(staff_id=company.lin_yue.pk, skills={"refunds": 3}, by=by, at=MORNING)
    actions.place_in_teams(
        staff_id=company.lin_yue.pk, teams=["first"], leads=["premium"], by=by, at=MORNING
    )
    seen = person(company, company.lin_yue)
    assert (seen.level, seen.capacity) == ("senior", 6)
    assert seen.languages == {"zh", "en"}
    assert seen.skills == {"refunds": 3}
    assert seen.teams == {"first", "premium"}
    assert seen.leads == {"premium"}
    assert seen.roles == {"agent"}
    assert person(company, company.zhou_wen).capacity is None


def test_any_number_of_people_cost_the_same_statements(company: Company, django_assert_num_queries):
    for number in range(12):
        enrol(f"同事{number}", f"colleague{number}@libin.example", "agent", team="first")
    viewer = company.actor(company.shen_lan)
    with django_assert_num_queries(3):
        people = queries.people_for_routing(viewer, at=MORNING, policy=POLICY)
    assert len(people) == 16


# Own preferences


def test_a_person_sets_her_own_language_time_and_look(company: Company):
    by = company.actor(company.lin_yue)
    actions.set_own_preferences(
        preferences=Preferences(language="en", time_zone="Europe/Berlin", theme="dark"),
        by=by,
        at=MORNING,
    )
    staff = Staff.objects.get(pk=company.lin_yue.pk)
    assert (staff.language, staff.time_zone, staff.theme) == ("en", "Europe/Berlin", "dark")


@pytest.mark.parametrize(
    "odd", [{"language": "xx"}, {"time_zone": "Moon/Crater"}, {"theme": "pink"}]
)
def test_preferences_are_among_those_offered(company: Company, odd: dict[str, str]):
    values = {"language": "en", "time_zone": "UTC", "theme": "auto"} | odd
    with pytest.raises(ValueNotOffered):
        actions.set_own_preferences(
            preferences=Preferences(**values), by=company.actor(company.lin_yue), at=MORNING
        )


def test_names_sort_by_pinyin_and_are_found_by_it(company: Company):
    lines = queries.staff_lines(
        company.actor(company.zhou_wen), language="zh-hans", at=MORNING, policy=POLICY
    )
    assert [line.name for line in lines] == ["何宁", "林悦", "沈岚", "周文"]
    for words in ("林", "linyue", "lin yue", "LIN.YUE@"):
        found = queries.staff_lines(
            company.actor(company.zhou_wen), words=words, language="en", at=MORNING, policy=POLICY
        )
        assert [line.name for line in found] == ["林悦"], words
        assert found[0].roles[0].title == "Agent"
