"""Ninety days of a service centre, lived through again by real actions in order of time."""

import heapq
import itertools
import random
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from libin.config.demo.people import Colleague, told
from libin.desk import actions as desk
from libin.desk import queries as desk_queries
from libin.desk.access import may_see
from libin.desk.models import Case, Message, Promise, StepRun
from libin.handbook import queries as handbooks
from libin.handbook.rules import Handbook
from libin.kernel import audit, clock, queue
from libin.kernel.access import SYSTEM, Actor, ActorKind, automation
from libin.kernel.errors import Refusal
from libin.kernel.models import OutgoingMail
from libin.people.models import Presence
from libin.surveys import actions as surveys
from libin.surveys.models import SurveyInvitation

DAYS = 90
CASES = 960
FRESH = 48
LATELY = timedelta(hours=10)
ROUNDS = timedelta(hours=3)
_LOCAL = ZoneInfo("Asia/Shanghai")
_LINK = re.compile(r"/([A-Za-z0-9_-]{20,})(?:[/?\s]|$)")
_KINDS = {"inquiry": 44, "order": 18, "aftersales": 16, "complaint": 14, "feedback": 8}
_CLOCK = automation("promise-clock")


class Replay:
    """Events in order of time; between them everything that falls due by itself."""

    def __init__(
        self,
        colleagues: list[Colleague],
        customers: list[int],
        *,
        until: datetime,
        dice: random.Random,
    ) -> None:
        self.colleagues = colleagues
        self.serving = [colleague for colleague in colleagues if colleague.serves]
        self.customers = customers
        self.until = until
        self.dice = dice
        self.words = told("words")
        self.events: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self.order = itertools.count()
        self.opened = 0
        self.here: list[int] = []

    def at(self, instant: datetime, what: Callable[[datetime], None]) -> None:
        """Have something happen, unless it lies in the future."""
        if instant < self.until:
            heapq.heappush(self.events, (instant, next(self.order), what))

    def run(self, progress: Callable[[int, int], None]) -> int:
        """Live through it all; how many cases there were. `progress` hears how far it is."""
        begin = self.until - timedelta(days=DAYS)
        self.plan_matters(begin)
        self.plan_this_morning()
        Presence.objects.bulk_create(
            Presence(staff_id=each.staff.pk, seen_at=self.until, tabs=1) for each in self.colleagues
        )
        hour = begin.replace(minute=0, second=0, microsecond=0)
        while hour < self.until:
            self.at(hour, self.make_rounds)
            hour += ROUNDS
        while self.events:
            done = self.events[0][0] - begin
            with transaction.atomic():
                for _ in range(40):
                    if self.events:
                        instant, _, what = heapq.heappop(self.events)
                        self.live_through(instant, what)
            while audit.seal():
                pass
            progress(int(done / timedelta(days=1)), self.opened)
        return self.opened

    def live_through(self, instant: datetime, what: Callable[[datetime], None]) -> None:
        """Everything that fell due before, then this."""
        self.let_fall_due(instant)
        with clock.stopped_at(instant):
            what(instant)
            queue.run_all()
            queue.run_all("outside")

    def let_fall_due(self, instant: datetime) -> None:
        while True:
            dues = [desk_queries.next_promise_wakes(), queue.next_due("inside")]
            due = min((each for each in dues if each is not None), default=None)
            if due is None or due >= instant:
                return
            with clock.stopped_at(due):
                desk.look_at_due_promises(by=_CLOCK, at=due)
                queue.run_all()

    def make_rounds(self, at: datetime) -> None:
        """People come and go; what waits for its hour happens; letters of the past have arrived."""
        here = [colleague.staff.pk for colleague in self.on_duty(at)]
        if here != self.here:
            Presence.objects.update(state="offline")
            Presence.objects.filter(pk__in=here).update(state="online")
            self.here = here
        desk.end_overlong_pauses(by=_CLOCK, at=at)
        for case_id in desk_queries.waiting_for_somebody(limit=20):
            desk.route_case(case_id=case_id, by=automation("routing"), at=at)
        for case_id in desk_queries.resolved_long_enough(at=at):
            desk.close_case(case_id=case_id, by=automation("close-resolved"), at=at)
        OutgoingMail.objects.filter(state="queued", send_after__lte=at).update(
            state="sent", sent_at=at, answer="250"
        )

    def on_duty(self, at: datetime) -> list[Colleague]:
        """Everybody in office hours and in these last hours; a few in the evening, at weekends, at night."""
        local = at.astimezone(_LOCAL)
        if (local.weekday() < 5 and 9 <= local.hour < 18) or at > self.until - LATELY:
            return self.serving
        turn = local.toordinal() % len(self.serving)
        count = 3 if 8 <= local.hour < 23 else 2
        return [self.serving[(turn + n) % len(self.serving)] for n in range(count)]

    def plan_matters(self, begin: datetime) -> None:
        """When customers write: mostly by day, more on working days, and a little more every month."""
        for _ in range(CASES):
            day = begin + timedelta(days=DAYS * self.dice.random() ** 0.85)
            hour = min(23.9, max(0.0, self.dice.gauss(14, 4.2)))
            local = day.astimezone(_LOCAL).replace(hour=int(hour), minute=self.dice.randrange(60))
            if local.weekday() >= 5 and self.dice.random() < 0.5:
                local -= timedelta(days=2)
            self.at(local.astimezone(begin.tzinfo), self.customer_writes)

    def plan_this_morning(self) -> None:
        """The last hours bring more than can be answered at once: the desk shall not be empty."""
        for _ in range(FRESH):
            earlier = LATELY * self.dice.random() ** 2 + timedelta(minutes=3)
            self.at(self.until - earlier, self.customer_writes)

    def filled(self, *texts: str) -> list[str]:
        """Sentences of the story with their placeholders filled, all with the same things."""
        words, dice = self.words, self.dice
        things = {
            "product": dice.choice(words["products"]),
            "city": dice.choice(words["cities"]),
            "order": f"2{dice.randrange(10**11):011d}",
            "days": dice.randrange(2, 15),
            "money": dice.randrange(59, 2999),
        }
        return [text.format(**things) for text in texts]

    def customer_writes(self, at: datetime) -> None:
        """A new matter comes in by mail or by the form."""
        handbook = handbooks.in_force(at)
        kinds = [kind for kind in _KINDS if kind in handbook.kinds]
        kind = self.dice.choices(kinds, [_KINDS[each] for each in kinds])[0]
        subject, text = self.filled(*self.dice.choice(self.words["matters"][kind]))
        customer = self.dice.choice(self.customers[: 60 if self.dice.random() < 0.35 else None])
        severity = handbook.severity_by_words(subject + text, kind=kind).code
        if self.dice.random() < 0.08:
            severity = self.dice.choice(list(handbook.severities))
        case = desk.open_case(
            customer_id=customer,
            kind=kind,
            severity=severity,
            subject=subject,
            opening=desk.Incoming(
                text=text, channel="email" if self.dice.random() < 0.7 else "form"
            ),
            by=Actor(kind=ActorKind.CUSTOMER, id=customer),
            at=at,
        )
        self.opened += 1
        self.at(at + timedelta(seconds=30), lambda now: self.plan_answer(case.pk, now))

    def plan_answer(self, case_id: int, at: datetime) -> None:
        """The owner answers before the first promise is due; sometimes she does not manage."""
        if at > self.until - LATELY and self.dice.random() < 0.55:
            return
        due = (
            Promise.objects.filter(case_id=case_id, settled_at=None, state="running")
            .order_by("due_at")
            .values_list("due_at", flat=True)
            .first()
        )
        room = max((due or at + timedelta(hours=4)) - at, timedelta(minutes=2))
        share = (
            self.dice.betavariate(1.6, 4)
            if self.dice.random() < 0.9
            else self.dice.uniform(1.05, 1.9)
        )
        self.at(at + room * share, lambda now: self.agent_answers(case_id, now, rounds=1))

    def holder(self, case: Case, at: datetime) -> Actor:
        """Who works on a case now: its owner, or somebody here who may see it, or who sees everything."""
        known = {colleague.staff.pk: colleague.actor for colleague in self.colleagues}
        here = [colleague.actor for colleague in self.on_duty(at)]
        fitting = [actor for actor in here if may_see(actor, case)]
        others = [actor for actor in known.values() if actor.holds("desk.supervise")]
        return known.get(case.owner_id or 0) or self.dice.choice(fitting or others)

    def agent_answers(self, case_id: int, at: datetime, *, rounds: int) -> None:
        """One touch by the agent: steps, perhaps a note, an answer; then the matter goes on."""
        case = Case.objects.get(pk=case_id)
        if case.is_done:
            return
        by = self.holder(case, at)
        if case.owner_id is None:
            desk.assign_case(case_id=case_id, staff_id=by.person, by=by, at=at)
        if case.state == Case.State.WAITING:
            desk.resume_case(case_id=case_id, by=by, at=at)
        self.do_steps(case, by, at, most=3)
        if self.dice.random() < 0.15:
            desk.add_note(case_id=case_id, text=self.dice.choice(self.words["notes"]), by=by, at=at)
        self.reply(case_id, self.dice.choice(self.words["replies"]), by, at)
        self.go_on(case_id, by, at, rounds)

    def reply(self, case_id: int, text: str, by: Actor, at: datetime) -> None:
        desk.reply(case_id=case_id, text=text, by=by, at=at)

    def go_on(self, case_id: int, by: Actor, at: datetime, rounds: int) -> None:
        """What follows an answer: the customer writes, we wait, hand over, escalate, or it is done."""
        chance = self.dice.random()
        later = at + timedelta(minutes=self.dice.expovariate(1 / 150) + 3)
        if rounds < 4 and chance < 0.22:
            self.at(later, lambda now: self.customer_answers(case_id, now, rounds))
        elif chance < 0.29:
            self.attempt(lambda: self.wait(case_id, by, at))
            self.at(
                later + timedelta(hours=2), lambda now: self.customer_answers(case_id, now, rounds)
            )
        elif chance < 0.34:
            brief = self.dice.choice(self.words["briefs"])
            other = self.dice.choice(self.on_duty(at)).actor
            if other.person != by.person:
                desk.hand_over(case_id=case_id, staff_id=other.person, brief=brief, by=by, at=at)
            self.at(later, lambda now: self.agent_answers(case_id, now, rounds=rounds + 1))
        elif chance < 0.38:
            brief = self.dice.choice(self.words["briefs"])
            self.attempt(lambda: desk.escalate(case_id=case_id, brief=brief, by=by, at=at))
            self.at(later, lambda now: self.agent_answers(case_id, now, rounds=rounds + 1))
        else:
            self.at(later, lambda now: self.finish(case_id, now))

    def wait(self, case_id: int, by: Actor, at: datetime) -> None:
        handbook = handbooks.in_force(at)
        desk.pause_case(
            case_id=case_id, reason=self.dice.choice(list(handbook.pause_reasons)), by=by, at=at
        )

    def customer_answers(self, case_id: int, at: datetime, rounds: int) -> None:
        """The customer writes again, and is answered."""
        case = Case.objects.get(pk=case_id)
        if case.is_closed:
            return
        desk.receive_message(
            case_id=case_id,
            incoming=desk.Incoming(
                text=self.dice.choice(self.words["follow_ups"]), channel=case.channel
            ),
            by=Actor(kind=ActorKind.CUSTOMER, id=case.customer_id),
            at=at,
        )
        self.at(at + timedelta(minutes=1), lambda now: self.plan_next(case_id, now, rounds + 1))

    def plan_next(self, case_id: int, at: datetime, rounds: int) -> None:
        delay = timedelta(minutes=self.dice.expovariate(1 / 40) + 2)
        self.at(at + delay, lambda now: self.agent_answers(case_id, now, rounds=rounds))

    def do_steps(self, case: Case, by: Actor, at: datetime, *, most: int) -> None:
        """Complete what a person must complete; at a branch, the first way mostly."""
        handbook = handbooks.version(case.handbook_id)
        for _ in range(most):
            run = StepRun.objects.filter(case=case, done_at=None).first()
            if run is None:
                return
            step = handbook.step(case.process, run.step)
            if step.completes_on != "manual":
                return
            chosen = ""
            if len(step.next) > 1:
                chosen = step.next[0] if self.dice.random() < 0.8 else self.dice.choice(step.next)
            self.attempt(partial(desk.complete_step, case_id=case.pk, chosen=chosen, by=by, at=at))

    def finish(self, case_id: int, at: datetime) -> None:
        """The matter is solved; most are closed at once, and about one in three customers says how it was."""
        case = Case.objects.get(pk=case_id)
        if case.is_done:
            return
        by = self.holder(case, at)
        if case.owner_id is None:
            desk.assign_case(case_id=case_id, staff_id=by.person, by=by, at=at)
        self.do_steps(case, by, at, most=9)
        self.reply(case_id, self.dice.choice(self.words["closings"]), by, at)
        handbook = handbooks.version(case.handbook_id)
        fitting = [o for o in handbook.outcomes.values() if not o.kinds or case.kind in o.kinds]
        outcome = next((o for o in fitting if o.solved), fitting[0]).code
        assessed = (
            self.dice.choice(self.words["self_assessments"]) if self.dice.random() < 0.4 else None
        )
        self.at(
            at + timedelta(minutes=4),
            lambda now: self.close(case_id, outcome, assessed, now),
        )

    def close(
        self, case_id: int, outcome: str, assessed: dict[str, str] | None, at: datetime
    ) -> None:
        case = Case.objects.get(pk=case_id)
        if case.is_done:
            return
        by = self.holder(case, at)
        end = desk.close_case if self.dice.random() < 0.85 else desk.resolve_case
        end(case_id=case_id, outcome=outcome, self_assessment=assessed, by=by, at=at)
        if self.dice.random() < 0.38:
            later = at + timedelta(hours=self.dice.uniform(1, 30))
            self.at(later, lambda now: self.rate(case_id, now))

    def rate(self, case_id: int, at: datetime) -> None:
        """The customer follows her link and rates; worse when promises were broken."""
        invitation = SurveyInvitation.objects.filter(case_id=case_id).select_related("mail").first()
        link = _LINK.search(invitation.mail.text) if invitation and invitation.mail else None
        if link is None:
            return
        broken = Promise.objects.filter(case_id=case_id, state="broken").exists()
        score = self.dice.choices(
            (1, 2, 3, 4, 5), (14, 18, 26, 24, 18) if broken else (1, 3, 8, 30, 58)
        )[0]
        comment = self.dice.choice(self.words["verdict_words"][score])
        self.attempt(
            lambda: surveys.answer(
                token=link.group(1), score=score, comment=comment, by=SYSTEM, at=at
            )
        )

    @staticmethod
    def attempt(what: Callable[[], object]) -> None:
        """Do something that the rules may refuse; then it is left."""
        try:
            with transaction.atomic():
                what()
        except Refusal:
            return


def explain_breaches(
    colleagues: list[Colleague], handbook: Handbook, *, dice: random.Random, at: datetime
) -> int:
    """Most broken promises have their reason written down; how many."""
    count = 0
    supervisor = next(c.actor for c in colleagues if c.actor.holds("desk.forgive"))
    reasons = list(handbook.breach_reasons.values())
    for promise_id in Promise.objects.filter(state="broken").values_list("pk", flat=True):
        if dice.random() < 0.7:
            reason = dice.choice(reasons)
            forgive = reason.forgivable and dice.random() < 0.2
            desk.explain_breach(
                promise_id=promise_id, reason=reason.code, forgive=forgive, by=supervisor, at=at
            )
            count += 1
    return count


def hurry() -> None:
    """Do not wait for the disk on this connection: an interrupted demo is begun again anyway."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def leave_unsent_letters_behind(at: datetime) -> None:
    """Whatever the past still wanted to send has arrived long ago."""
    OutgoingMail.objects.filter(state="queued", send_after__lte=at).update(
        state="sent", sent_at=at, answer="250"
    )
    Message.objects.filter(left_at=None, send_after__lte=at).update(left_at=at)
