"""Fill an empty Libin with the corpus: people by real actions, the many rows by COPY."""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice

import django
from django.conf import settings
from django.db import connection

from bench.copying import continue_numbers, copy
from bench.corpus import BEGIN, SPAN, Corpus, Person, Ticket

PASSWORD = "bench-lantern-harbour-27"
KINDS = ("inquiry", "order", "aftersales", "inquiry", "inquiry", "complaint")
PORTION = 5000
TIERS = {"普通": 0, "银卡": 1, "金卡": 2, "黑金": 3}


@dataclass
class Load:
    """One filling; `shift` moves the corpus so that it ends now."""

    corpus: Corpus
    now: datetime
    staff: dict[int, int] = field(default_factory=dict)
    message_id: int = 0
    promise_id: int = 0

    def __post_init__(self) -> None:
        self.shift = self.now - datetime.fromtimestamp(BEGIN + SPAN, UTC) - timedelta(hours=2)
        self.book = handbooks.in_force(self.now)
        kinds = list(self.book.kinds)
        self.kinds = [
            code if code in kinds else kinds[n % len(kinds)] for n, code in enumerate(KINDS)
        ]
        tiers = sorted(self.book.tiers.values(), key=lambda tier: tier.rank)
        # Rank 1 is the highest tier and the most urgent severity.
        steps = (len(tiers) - 1) / (len(TIERS) - 1)
        self.tiers = {name: tiers[-1 - round(n * steps)].code for name, n in TIERS.items()}
        self.severities = [
            s.code for s in sorted(self.book.severities.values(), key=lambda s: -s.rank)
        ]
        modes = {channel.code: channel.mode for channel in self.book.channels.values()}
        self.channel = "email" if "email" in modes else next(iter(modes))
        self.mode = modes[self.channel]
        # Read before the first COPY: while one runs, its connection answers nothing else.
        self.calendars = {code: calendar(self.book, code) for code in self.book.calendars}

    def instant(self, seconds: int) -> datetime:
        return min(datetime.fromtimestamp(seconds, UTC) + self.shift, self.now)

    def run(self) -> None:
        self._hire()
        self._copy_customers()
        self._copy_cases()
        continue_numbers(Customer, ContactPoint, Case, Message, Promise, Assignment, StepRun)
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM ANALYZE")

    def _hire(self) -> None:
        agents = [r for r in self.book.roles.values() if "desk.reply" in r.permissions]
        role = min(agents, key=lambda role: (len(role.permissions), role.code)).code
        viewers = [
            r for r in self.book.roles.values() if {"desk.view_all", "desk.reply"} <= r.permissions
        ]
        everything = min(viewers, key=lambda role: (len(role.permissions), role.code)).code
        level = min(self.book.levels.values(), key=lambda level: level.rank).code
        for agent in self.corpus.agents:
            colleague = people.NewColleague(
                email=f"{agent.username}@bench.example",
                name=agent.name,
                roles={role, everything},
                teams=list(self.book.teams),
                level=level,
                languages=["zh", "en"],
            )
            made = people.enrol_staff(
                colleague=colleague, password=PASSWORD, by=SYSTEM, at=self.now
            )
            self.staff[agent.number] = made.pk

    def _copy_customers(self) -> None:
        copy(self._customer(person) for person in self.corpus.customers)
        copy(
            ContactPoint(
                pk=person.number,
                customer_id=person.number,
                kind=ContactPoint.Kind.EMAIL,
                email=person.email,
                proved_at=self.now,
                created_at=self.now,
            )
            for person in self.corpus.customers
        )

    def _customer(self, person: Person) -> "Customer":
        values = {}
        if any(f.name == "name_lexemes" for f in Customer._meta.concrete_fields):
            values["name_lexemes"] = search.lexemes(person.name)
        return Customer(
            pk=person.number,
            name=person.name,
            pinyin=text.pinyin_of(person.name),
            initials=text.initials_of(person.name),
            tier=self.tiers[person.tier],
            tier_since=self.now,
            language="zh-hans",
            created_at=self.now,
            changed_at=self.now,
            **values,
        )

    def _copy_cases(self) -> None:
        tickets = self.corpus.tickets()
        while portion := list(islice(tickets, PORTION)):
            promised = {ticket.number: list(self._promises(ticket)) for ticket in portion}
            copy(self._case(ticket, promised[ticket.number]) for ticket in portion)
            copy(row for ticket in portion for row in self._messages(ticket))
            copy(row for rows in promised.values() for row in rows)
            copy(row for ticket in portion if (row := self._assignment(ticket)))
            copy(self._step(ticket) for ticket in portion)
            copy(self._document(ticket) for ticket in portion)

    def _classed(self, ticket: Ticket) -> tuple[str, str, str]:
        """Kind, severity and tier of a ticket, as codes of the handbook."""
        urgent = ticket.priority >= 5 or ticket.priority == 1
        severity = self.severities[-1] if urgent else self.severities[ticket.priority >= 4]
        tier = self.tiers[self.corpus.customers[ticket.customer - 1].tier]
        return self.kinds[ticket.queue], severity, tier

    def _case(self, ticket: Ticket, promised: list["Promise"]) -> "Case":
        kind, severity, tier = self._classed(ticket)
        done = self.instant(ticket.updated)
        state = STATES[ticket.status]
        answers = [said for said in ticket.messages if not (said.by_customer or said.internal)]
        open_dues = [promise.due_at for promise in promised if promise.settled_at is None]
        return Case(
            pk=ticket.number,
            key=f"{ticket.number:032x}",
            customer_id=ticket.customer,
            handbook_id=self.book.version_id,
            kind=kind,
            severity=severity,
            tier=tier,
            service_class=self.book.tiers[tier].service_class,
            lane=self.book.lane_of(tier).code,
            channel=self.channel,
            subject=ticket.subject,
            state=state,
            process=self.book.kinds[kind].process,
            owner_id=self.staff[ticket.agent] if ticket.agent else None,
            opened_at=self.instant(ticket.created),
            changed_at=done,
            first_replied_at=self.instant(answers[0].at) if answers else None,
            resolved_at=done if ticket.status in ("resolved", "closed") else None,
            closed_at=done if ticket.status == "closed" else None,
            assigned_at=self.instant(ticket.created) if ticket.agent else None,
            risk_at=min(open_dues, default=None),
            unread=ticket.messages[-1].by_customer,
            messages_count=len(ticket.messages),
            last_words=ticket.messages[-1].body[:80],
            last_by_customer=ticket.messages[-1].by_customer,
        )

    def _messages(self, ticket: Ticket) -> Iterator["Message"]:
        for said in ticket.messages:
            self.message_id += 1
            yield Message(
                pk=self.message_id,
                case_id=ticket.number,
                author=Message.Author.CUSTOMER if said.by_customer else Message.Author.STAFF,
                staff_id=None if said.by_customer else self.staff[said.who],
                channel=self.channel,
                internal=said.internal,
                text=said.body,
                at=self.instant(said.at),
                **({} if said.by_customer else {"left_at": self.instant(said.at)}),
            )

    def _promises(self, ticket: Ticket) -> Iterator["Promise"]:
        """What was promised when the case was opened; met by the first answer, or by being done."""
        kind, severity, tier = self._classed(ticket)
        opened = self.instant(ticket.created)
        answers = [said.at for said in ticket.messages if not (said.by_customer or said.internal)]
        answered = self.instant(answers[0]) if answers else None
        is_done = ticket.status in ("resolved", "closed")
        for rule in self.book.promises_for(kind, severity, tier, self.mode):
            if rule.starts_on != "desk.case_opened":
                continue
            commitment = timing.Commitment(rule, opened, self.calendars[rule.calendar])
            due = commitment.due_at or opened
            settled = self.instant(ticket.updated) if is_done else None
            if answered and "desk.replied" in rule.met_by:
                settled = answered
            broken = due < (settled or self.now)
            self.promise_id += 1
            yield Promise(
                pk=self.promise_id,
                case_id=ticket.number,
                rule=rule.id,
                code=rule.code,
                state=Promise.State.BROKEN
                if broken
                else Promise.State.KEPT
                if settled
                else Promise.State.RUNNING,
                started_at=opened,
                due_at=due,
                wake_at=None if settled or broken else due,
                warned=80 if not settled else 0,
                settled_at=settled,
                broken_at=due if broken else None,
            )

    def _assignment(self, ticket: Ticket) -> "Assignment | None":
        if not ticket.agent:
            return None
        return Assignment(
            pk=ticket.number,
            case_id=ticket.number,
            staff_id=self.staff[ticket.agent],
            how="routed",
            by="automation:routing",
            from_at=self.instant(ticket.created),
        )

    def _step(self, ticket: Ticket) -> "StepRun":
        kind, _severity, _tier = self._classed(ticket)
        process = self.book.processes[self.book.kinds[kind].process]
        is_done = ticket.status in ("resolved", "closed")
        step = process.steps[-1] if is_done else process.first
        return StepRun(
            pk=ticket.number,
            case_id=ticket.number,
            step=step.code,
            rule=step.id,
            started_at=self.instant(ticket.created),
            done_at=self.instant(ticket.updated) if is_done else None,
        )

    def _document(self, ticket: Ticket) -> "CaseDocument":
        return CaseDocument(
            case_id=ticket.number,
            body=search.normalise(ticket.text),
            lexemes=search.lexemes(ticket.text),
        )


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "libin.config.settings")
if not settings.configured or not django.apps.apps.ready:
    django.setup()

from libin.customers.models import ContactPoint, Customer  # noqa: E402 - Django is set up first
from libin.desk.models import (  # noqa: E402
    Assignment,
    Case,
    CaseDocument,
    Message,
    Promise,
    StepRun,
)
from libin.desk.queries.clocks import calendar  # noqa: E402
from libin.desk.rules import promises as timing  # noqa: E402
from libin.handbook import queries as handbooks  # noqa: E402
from libin.kernel import clock, search, text  # noqa: E402
from libin.kernel.access import SYSTEM  # noqa: E402
from libin.people import actions as people  # noqa: E402

STATES = {
    "new": Case.State.OPEN,
    "open": Case.State.OPEN,
    "pending": Case.State.WAITING,
    "resolved": Case.State.RESOLVED,
    "closed": Case.State.CLOSED,
}


def main() -> None:
    """Fill the installation at LIBIN_HOME; it must be prepared, and empty."""
    options = argparse.ArgumentParser(description=main.__doc__)
    options.add_argument("--cases", type=int, default=100_000)
    if Case.objects.exists():
        sys.stdout.write("There are cases already; nothing was done.\n")
        return
    Load(Corpus(tickets=options.parse_args().cases), clock.now()).run()


if __name__ == "__main__":
    main()
