"""Sets up the demo's organisation: its staff, its customers, its mailbox."""

import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from libin.channels.actions import mailboxes as channels
from libin.customers import actions as customers
from libin.handbook.rules import Handbook
from libin.kernel.access import SYSTEM, Actor
from libin.people import actions as people
from libin.people import queries as people_queries
from libin.people.models import Staff

STORY = Path(__file__).parent / "story"
DOMAIN = "xinghe.example"
CUSTOMERS = 220
_TIERS = {"diamond": 8, "platinum": 22, "gold": 45, "silver": 70}


def told(name: str) -> Any:
    """One file of the demo's story."""
    return yaml.safe_load((STORY / f"{name}.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of the demo's staff and what she may do."""

    staff: Staff
    actor: Actor
    serves: bool


@dataclass(frozen=True, slots=True)
class Account:
    """How to sign in as somebody."""

    name: str
    role: str
    email: str
    password: str


def enrol_staff(handbook: Handbook, *, at: datetime) -> tuple[list[Colleague], list[Account]]:
    """The administrator and everybody else, each with a random password of this installation."""
    accounts = []
    colleagues = []
    teams = list(handbook.teams)
    password = secrets.token_urlsafe(12)
    people.create_first_administrator(
        colleague=people.NewColleague(
            email=f"admin@{DOMAIN}", name=told("words")["administrator"], roles=["administrator"]
        ),
        password=password,
        by=SYSTEM,
        at=at,
    )
    accounts.append(
        Account(told("words")["administrator"], "administrator", f"admin@{DOMAIN}", password)
    )
    for number, person in enumerate(told("staff")):
        password = secrets.token_urlsafe(12)
        colleague = people.NewColleague(
            email=f"{person['email']}@{DOMAIN}",
            name=person["name"],
            roles=person["roles"],
            teams=_teams_of(person, teams, number),
            level=person["level"],
            capacity=person["capacity"],
            languages=person["languages"],
        )
        staff = people.enrol_staff(colleague=colleague, password=password, by=SYSTEM, at=at)
        colleagues.append(
            Colleague(staff, people_queries.actor_of(staff), serves=person["capacity"] > 0)
        )
        accounts.append(Account(person["name"], person["roles"][0], staff.email, password))
    return colleagues, accounts


def _teams_of(person: Mapping[str, Any], teams: list[str], number: int) -> list[str]:
    """Leaders belong to every team; the others are spread."""
    return (
        teams if person.get("lead") or person["level"] == "senior" else [teams[number % len(teams)]]
    )


def add_customers(
    handbook: Handbook, colleagues: list[Colleague], *, dice: random.Random, at: datetime
) -> list[int]:
    """Customers of all tiers; those of the upper tiers have an account manager and a backup."""
    words = told("words")
    managers = [
        c for c in colleagues if any(r.code == "account_manager" for r in c.staff.roles.all())
    ]
    supervisor = next(c.actor for c in colleagues if c.actor.holds("desk.supervise"))
    tiers = [tier for tier, count in _TIERS.items() if tier in handbook.tiers for _ in range(count)]
    numbers = []
    for number in range(CUSTOMERS):
        company = number % 19 == 0
        surname = dice.choice(words["surnames"])
        name = (
            f"{dice.choice(words['cities'])}{dice.choice(words['companies'])}"
            if company
            else surname + dice.choice(words["given"])
        )
        said = customers.NewCustomer(
            name=name,
            kind="organisation" if company else "person",
            email=f"c{number:03d}@customers.example",
            tier=tiers[number] if number < len(tiers) else "",
            language="en" if number % 37 == 5 else "zh-hans",
            form_of_address="" if company else surname + dice.choice(words["titles"]),
            lifecycle="active",
        )
        customer = customers.add_customer(said=said, by=SYSTEM, at=at)
        if number % 3 == 0:
            customers.change_customer(
                customer_id=customer.pk,
                change=customers.ProfileChange(
                    preferences={"service": dice.choice(words["likes"])}
                ),
                by=SYSTEM,
                at=at,
            )
        if handbook.tiers[customer.tier].account_manager and managers:
            manager, backup = dice.sample(managers, 2)
            customers.assign_account_manager(
                customer_id=customer.pk,
                manager_id=manager.staff.pk,
                backup_id=backup.staff.pk,
                by=supervisor,
                at=at,
            )
        numbers.append(customer.pk)
    return numbers


def open_mailbox(*, at: datetime) -> None:
    """The address customers write to, received by the installation's own SMTP door."""
    channels.save_mailbox(
        settings=channels.MailboxSettings(
            name=told("words")["organisation"], address=settings.LIBIN_MAIL_FROM, way="listener"
        ),
        by=SYSTEM,
        at=at,
    )
