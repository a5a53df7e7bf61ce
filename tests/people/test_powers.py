"""Nobody gives what she does not hold; somebody always remains who can give."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from libin.kernel.access import ANONYMOUS, SYSTEM, Actor
from libin.kernel.errors import NotFound, NotPermitted
from libin.kernel.models import AuditEntry, FactRecord
from libin.people import actions, queries
from libin.people.actions import NewColleague, RoleSpec, StaffDetails
from libin.people.models import Staff
from libin.people.refusals import (
    AlreadyWorkingHere,
    LastAdministrator,
    NotWorkingHere,
    RoleUnknown,
)
from tests.people.company import EVERYTHING, MORNING, PASSWORD, ROLES, SUPERVISING, Company, enrol

pytestmark = [pytest.mark.django_db, pytest.mark.row("X1")]


def grant(staff: Staff, *roles: str, by: Actor) -> None:
    actions.grant_roles(staff_id=staff.pk, roles=roles, by=by, at=MORNING)


def deactivate(staff: Staff, by: Actor) -> None:
    actions.deactivate_staff(staff_id=staff.pk, by=by, at=MORNING)


def invite(by: Actor, *roles: str) -> None:
    actions.invite_staff(
        colleague=NewColleague(email="new@libin.example", name="New", roles=roles),
        link="https://libin.example/{token}",
        valid_for=timedelta(hours=1),
        by=by,
        at=MORNING,
    )


def rename(staff: Staff, by: Actor) -> None:
    details = StaffDetails(name="Renamed", level="", capacity=999, languages=())
    actions.change_staff(staff_id=staff.pk, details=details, by=by, at=MORNING)


def redefine(by: Actor, code: str, permissions: set[str]) -> None:
    others = [role for role in ROLES if role.code != code]
    changed = RoleSpec(code, "角色", "Role", permissions)
    actions.define_roles(roles=[*others, changed], by=by, at=MORNING)


ESCALATIONS: dict[str, Callable[[Company, Callable[[Staff], Actor]], object]] = {
    "an agent makes herself administrator": lambda c, a: grant(
        c.lin_yue, "agent", "administrator", by=a(c.lin_yue)
    ),
    "an agent makes a friend administrator": lambda c, a: grant(
        c.zhou_wen, "administrator", by=a(c.lin_yue)
    ),
    "a supervisor makes herself administrator": lambda c, a: grant(
        c.zhou_wen, "administrator", by=a(c.zhou_wen)
    ),
    "a supervisor makes her agent supervisor": lambda c, a: grant(
        c.lin_yue, "supervisor", by=a(c.zhou_wen)
    ),
    "personnel makes herself administrator": lambda c, a: grant(
        c.he_ning, "granter", "administrator", by=a(c.he_ning)
    ),
    "personnel makes another administrator": lambda c, a: grant(
        c.lin_yue, "administrator", by=a(c.he_ning)
    ),
    "personnel gives a role with work she may not do": lambda c, a: grant(
        c.he_ning, "agent", by=a(c.he_ning)
    ),
    "personnel gives another a role with work she may not do": lambda c, a: grant(
        c.lin_yue, "agent", "supervisor", by=a(c.he_ning)
    ),
    "personnel strips the administrator": lambda c, a: grant(c.shen_lan, "agent", by=a(c.he_ning)),
    "the administrator changes her own roles": lambda c, a: grant(
        c.shen_lan, "administrator", "agent", by=a(c.shen_lan)
    ),
    "an agent invites somebody": lambda c, a: invite(a(c.lin_yue), "agent"),
    "a supervisor invites an administrator": lambda c, a: invite(a(c.zhou_wen), "administrator"),
    "personnel invites a supervisor": lambda c, a: invite(a(c.he_ning), "supervisor"),
    "an agent deactivates a colleague": lambda c, a: deactivate(c.zhou_wen, a(c.lin_yue)),
    "personnel deactivates the administrator": lambda c, a: deactivate(c.shen_lan, a(c.he_ning)),
    "a person deactivates herself": lambda c, a: deactivate(c.shen_lan, a(c.shen_lan)),
    "an agent renames a colleague": lambda c, a: rename(c.zhou_wen, a(c.lin_yue)),
    "an agent raises her own capacity": lambda c, a: rename(c.lin_yue, a(c.lin_yue)),
    "a supervisor renames the administrator": lambda c, a: rename(c.shen_lan, a(c.zhou_wen)),
    "an agent gives herself a skill": lambda c, a: actions.set_skills(
        staff_id=c.lin_yue.pk, skills={"vip": 9}, by=a(c.lin_yue), at=MORNING
    ),
    "an agent joins the premium team": lambda c, a: actions.place_in_teams(
        staff_id=c.lin_yue.pk, teams=["premium"], leads=["premium"], by=a(c.lin_yue), at=MORNING
    ),
    "a publisher adds to her own role by the handbook": lambda c, a: redefine(
        a(c.zhou_wen), "supervisor", SUPERVISING | {"people.grant"}
    ),
    "an agent plans her own leave": lambda c, a: actions.plan_leave(
        staff_id=c.lin_yue.pk,
        starts_at=MORNING,
        ends_at=MORNING + timedelta(1),
        kind="annual",
        by=a(c.lin_yue),
        at=MORNING,
    ),
    "a supervisor brings somebody back": lambda c, a: actions.reactivate_staff(
        staff_id=c.he_ning.pk, by=a(c.zhou_wen), at=MORNING
    ),
    "nobody in particular grants a role": lambda c, a: grant(
        c.lin_yue, "administrator", by=ANONYMOUS
    ),
    "nobody in particular enrols somebody": lambda c, a: actions.enrol_staff(
        colleague=NewColleague(email="x@libin.example", name="X", roles=("administrator",)),
        password=PASSWORD,
        by=ANONYMOUS,
        at=MORNING,
    ),
}


@pytest.mark.parametrize("story", ESCALATIONS)
def test_nobody_climbs(company: Company, story: str):
    before = {
        staff.pk: (queries.powers_of(staff.pk), staff.is_active, staff.name)
        for staff in Staff.objects.all()
    }
    with pytest.raises(NotPermitted) as refusal:
        ESCALATIONS[story](company, company.actor)
    assert str(refusal.value)
    after = {
        staff.pk: (queries.powers_of(staff.pk), staff.is_active, staff.name)
        for staff in Staff.objects.all()
    }
    assert after == before


def test_there_are_at_least_twenty_stories():
    assert len(ESCALATIONS) >= 20


def test_the_administrator_gives_and_takes_what_she_holds(company: Company):
    by = company.actor(company.shen_lan)
    grant(company.lin_yue, "agent", "supervisor", by=by)
    assert company.actor(company.lin_yue).holds("people.invite")
    grant(company.lin_yue, by=by)
    assert company.actor(company.lin_yue).permissions == frozenset()
    entry = AuditEntry.objects.filter(act="people.grant_roles").latest("pk")
    assert entry.details == {"before": ["agent", "supervisor"], "after": []}


def test_a_role_that_the_handbook_does_not_know_cannot_be_given(company: Company):
    with pytest.raises(RoleUnknown):
        grant(company.lin_yue, "emperor", by=company.actor(company.shen_lan))


def test_a_retired_role_grants_nothing(company: Company):
    kept = [role for role in ROLES if role.code != "agent"]
    actions.define_roles(roles=kept, by=SYSTEM, at=MORNING)
    assert company.actor(company.lin_yue).permissions == frozenset()
    with pytest.raises(RoleUnknown):
        grant(company.zhou_wen, "agent", by=company.actor(company.shen_lan))
    actions.define_roles(roles=ROLES, by=SYSTEM, at=MORNING)
    assert company.actor(company.lin_yue).holds("desk.reply")


def test_a_permission_taken_from_a_role_is_gone_at_once(company: Company):
    redefine(SYSTEM, "supervisor", {"people.view"})
    assert company.actor(company.zhou_wen).permissions == {"people.view"}


# Somebody always remains


def test_the_last_who_can_give_roles_stays(company: Company):
    """Personnel can give roles, too, so first she goes."""
    actions.deactivate_staff(staff_id=company.he_ning.pk, by=SYSTEM, at=MORNING)
    with pytest.raises(LastAdministrator):
        actions.deactivate_staff(staff_id=company.shen_lan.pk, by=SYSTEM, at=MORNING)
    with pytest.raises(LastAdministrator):
        grant(company.shen_lan, "agent", by=SYSTEM)
    with pytest.raises(LastAdministrator):
        redefine(SYSTEM, "administrator", EVERYTHING - {"people.grant"})
    with pytest.raises(LastAdministrator):
        actions.define_roles(roles=[], by=SYSTEM, at=MORNING)
    assert list(queries.administrators()) == [company.shen_lan]


def test_one_of_two_administrators_may_go(company: Company):
    second = enrol("许静", "xu.jing@libin.example", "administrator")
    deactivate(company.shen_lan, company.actor(second))
    assert not Staff.objects.get(pk=company.shen_lan.pk).is_active


# Going and coming back


@pytest.mark.row("S1")
def test_whoever_goes_is_gone_for_every_purpose(company: Company):
    by = company.actor(company.shen_lan)
    deactivate(company.lin_yue, by)
    gone = Staff.objects.get(pk=company.lin_yue.pk)
    assert not gone.is_active
    assert queries.actor_of(gone) == ANONYMOUS
    assert FactRecord.objects.filter(name="people.staff_deactivated").exists()
    with pytest.raises(NotWorkingHere):
        deactivate(company.lin_yue, by)
    actions.reactivate_staff(staff_id=gone.pk, by=by, at=MORNING)
    assert company.actor(company.lin_yue).holds("desk.reply")
    with pytest.raises(AlreadyWorkingHere):
        actions.reactivate_staff(staff_id=gone.pk, by=by, at=MORNING)


def test_somebody_who_is_not_there_cannot_be_changed(company: Company):
    by = company.actor(company.shen_lan)
    for act in (
        lambda: actions.grant_roles(staff_id=0, roles=[], by=by, at=MORNING),
        lambda: actions.deactivate_staff(staff_id=0, by=by, at=MORNING),
        lambda: actions.set_skills(staff_id=0, skills={}, by=by, at=MORNING),
    ):
        with pytest.raises(NotFound):
            act()


def test_the_actor_of_somebody_costs_one_statement(company: Company, django_assert_num_queries):
    staff = Staff.objects.get(pk=company.zhou_wen.pk)
    with django_assert_num_queries(1):
        actor = queries.actor_of(staff)
    assert actor.permissions == SUPERVISING
    assert len(actor.teams) == 1
