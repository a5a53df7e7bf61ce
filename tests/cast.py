"""The people of the tests: a small harbour service centre and its customers, made by real actions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from django.conf import settings

from libin.customers import actions as customers
from libin.customers.models import Customer
from libin.handbook import actions as handbooks
from libin.handbook import queries as handbook_queries
from libin.handbook.rules import Handbook
from libin.handbook.source.reading import read_folder
from libin.kernel.access import SYSTEM, Actor
from libin.people import actions as people
from libin.people.models import Staff
from libin.people.queries.actors import actor_of
from tests.people_named import (
    CHEN_JING,
    HE_PING,
    LI,
    LIN_XIAO,
    PASSWORD,
    STRANGER,
    SU_WAN,
    WANG,
    ZHAO_MIN,
    Person,
)

__all__ = [
    "CHEN_JING",
    "HE_PING",
    "LI",
    "LIN_XIAO",
    "PASSWORD",
    "STRANGER",
    "SU_WAN",
    "WANG",
    "ZHAO_MIN",
    "Cast",
    "Person",
    "gather",
    "publish_handbook",
    "sit_down",
]


def role_with(handbook: Handbook, *needs: str, without: Collection[str] = ()) -> str:
    """The humblest role of a handbook that may do all of `needs` and nothing of `without`."""
    fitting = [
        role
        for role in handbook.roles.values()
        if role.permissions.issuperset(needs) and role.permissions.isdisjoint(without)
    ]
    return min(fitting, key=lambda role: (len(role.permissions), role.code)).code


@dataclass(frozen=True)
class Cast:
    """Everybody, once they are here. Works under any handbook: roles and tiers are found by what they mean."""

    handbook: Handbook
    zhao_min: Staff
    chen_jing: Staff
    lin_xiao: Staff
    su_wan: Staff
    he_ping: Staff
    wang: Customer
    li: Customer

    @cached_property
    def staff(self) -> dict[str, Staff]:
        """Everybody who works here, by what they are."""
        return {
            "administrator": self.zhao_min,
            "supervisor": self.chen_jing,
            "agent": self.lin_xiao,
            "manager": self.su_wan,
            "newcomer": self.he_ping,
        }

    def acting(self, staff: Staff) -> Actor:
        """A person as actor, with what she may do this moment."""
        return actor_of(staff)


def publish_handbook(folder: Path, *, at: datetime) -> Handbook:
    """Have a handbook govern from `at` on; the house itself publishes it."""
    handbooks.publish_version(files=read_folder(folder), effective_at=at, by=SYSTEM, at=at)
    return handbook_queries.in_force(at)


def enrol(
    person: Person,
    *,
    roles: Collection[str],
    handbook: Handbook,
    at: datetime,
    senior: bool = False,
) -> Staff:
    """Somebody starts to work here, in every team; what she can do is her role's and level's affair."""
    ranks = sorted(handbook.levels.values(), key=lambda level: level.rank)
    level = (ranks[-1] if senior else ranks[0]).code if ranks and roles else ""
    colleague = people.NewColleague(
        email=person.email,
        name=person.name,
        roles=roles,
        teams=list(handbook.teams) if roles else (),
        level=level,
        languages=["zh", "en"],
    )
    return people.enrol_staff(colleague=colleague, password=PASSWORD, by=SYSTEM, at=at)


def gather(*, at: datetime, folder: Path | None = None) -> Cast:
    """Publish a handbook and bring everybody in. Nobody is at her desk yet."""
    handbook = publish_handbook(folder or settings.HANDBOOKS / "default", at=at)
    over_people = {"people.grant", "people.deactivate"}
    administrator = role_with(handbook, "people.grant", "people.invite")
    supervisor = role_with(
        handbook, "desk.supervise", "desk.reply", "surveys.view", without={"people.grant"}
    )
    agent = role_with(handbook, "desk.reply", without={"desk.supervise", *over_people})
    tiers = sorted(handbook.tiers.values(), key=lambda tier: tier.rank)
    cast = Cast(
        handbook=handbook,
        zhao_min=enrol(ZHAO_MIN, roles=[administrator], handbook=handbook, at=at, senior=True),
        chen_jing=enrol(CHEN_JING, roles=[supervisor], handbook=handbook, at=at, senior=True),
        lin_xiao=enrol(LIN_XIAO, roles=[agent], handbook=handbook, at=at),
        su_wan=enrol(SU_WAN, roles=[agent], handbook=handbook, at=at, senior=True),
        he_ping=enrol(HE_PING, roles=[], handbook=handbook, at=at),
        wang=_customer(WANG, tier=tiers[0].code, at=at),
        li=_customer(LI, tier=tiers[-1].code, at=at),
    )
    if tiers[0].account_manager:
        customers.assign_account_manager(
            customer_id=cast.wang.pk,
            manager_id=cast.su_wan.pk,
            backup_id=cast.lin_xiao.pk,
            by=SYSTEM,
            at=at,
        )
        cast.wang.refresh_from_db()
    return cast


def _customer(person: Person, *, tier: str, at: datetime) -> Customer:
    said = customers.NewCustomer(name=person.name, email=person.email, tier=tier)
    return customers.add_customer(said=said, by=SYSTEM, at=at)


def sit_down(*staff: Staff, at: datetime) -> None:
    """These people are at their desks and can be given work."""
    for person in staff:
        people.set_presence(state="online", by=actor_of(person), at=at)
