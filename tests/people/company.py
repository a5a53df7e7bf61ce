"""A small company, set up through the front door."""

from dataclasses import dataclass
from datetime import UTC, datetime

from libin.kernel.access import SYSTEM, Actor
from libin.people import actions, queries
from libin.people.actions import DepartmentSpec, NewColleague, RoleSpec, TeamSpec
from libin.people.models import Staff
from libin.people.rules import Permission

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PASSWORD = "mountains-and-9-rivers"
EVERYTHING = {*Permission, "desk.reply", "desk.supervise", "handbook.publish"}
SUPERVISING = {
    "people.view",
    "people.edit",
    "people.invite",
    "people.roster",
    "desk.reply",
    "desk.supervise",
}
ROLES = (
    RoleSpec("administrator", "管理员", "Administrator", EVERYTHING),
    RoleSpec("supervisor", "主管", "Supervisor", SUPERVISING),
    RoleSpec(
        "granter",
        "人事",
        "Personnel",
        {"people.view", "people.grant", "people.deactivate", "people.invite"},
    ),
    RoleSpec("agent", "客服专员", "Agent", {"desk.reply"}),
)
DEPARTMENTS = (DepartmentSpec("service", "客户服务部", "Customer service"),)
TEAMS = (
    TeamSpec("first", "一组", "First team", "service"),
    TeamSpec("premium", "尊享组", "Premium team", "service"),
)


@dataclass(frozen=True)
class Company:
    """Who works in the small company."""

    shen_lan: Staff
    """Administrator."""
    zhou_wen: Staff
    """Supervisor of the first team."""
    lin_yue: Staff
    """Agent of the first team."""
    he_ning: Staff
    """Personnel: gives roles, but may not do what the roles may."""

    def actor(self, staff: Staff) -> Actor:
        return queries.actor_of(Staff.objects.get(pk=staff.pk))


def define(at: datetime = MORNING, *, by: Actor = SYSTEM) -> None:
    """What publishing a handbook defines."""
    actions.define_departments(departments=DEPARTMENTS, by=by, at=at)
    actions.define_teams(teams=TEAMS, by=by, at=at)
    actions.define_roles(roles=ROLES, by=by, at=at)


def enrol(name: str, email: str, *roles: str, team: str = "") -> Staff:
    """Somebody who can sign in."""
    colleague = NewColleague(
        email=email, name=name, roles=roles, teams=(team,) if team else (), level="junior"
    )
    return actions.enrol_staff(colleague=colleague, password=PASSWORD, by=SYSTEM, at=MORNING)


def found() -> Company:
    """The whole company."""
    define()
    shen_lan = actions.create_first_administrator(
        colleague=NewColleague(
            email="Shen.Lan@libin.example", name="沈岚", roles=("administrator",)
        ),
        password=PASSWORD,
        by=SYSTEM,
        at=MORNING,
    )
    return Company(
        shen_lan=shen_lan,
        zhou_wen=enrol("周文", "zhou.wen@libin.example", "supervisor", team="first"),
        lin_yue=enrol("林悦", "lin.yue@libin.example", "agent", team="first"),
        he_ning=enrol("何宁", "he.ning@libin.example", "granter"),
    )
