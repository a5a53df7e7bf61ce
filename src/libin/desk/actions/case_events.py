"""What an event does to a case: promises start, are met and renew; steps are passed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from libin.desk.facts import StepCompleted
from libin.desk.models import Case, Pause, Promise, StepRun
from libin.desk.queries.clocks import calendar
from libin.desk.rules import promises as timing
from libin.desk.rules.steps import Walk, complete, walk
from libin.handbook import queries as handbooks
from libin.handbook.actions import Occasion, observe_all
from libin.handbook.rules import Handbook, PromiseRule, Step, step_event
from libin.kernel.access import Actor
from libin.kernel.outbox import publish


@dataclass(slots=True)
class Happening:
    """One event at one case, and everything that follows from it, to be written in few statements."""

    case: Case
    by: Actor
    at: datetime
    handbook: Handbook
    promises: list[Promise] = field(default_factory=list)
    changed: list[Promise] = field(default_factory=list)
    started: list[Promise] = field(default_factory=list)
    steps_done: list[StepRun] = field(default_factory=list)
    steps_started: list[StepRun] = field(default_factory=list)
    occasions: list[tuple[str, str, bool, float | None]] = field(default_factory=list)
    pauses: tuple[timing.Pause, ...] = ()

    @classmethod
    def at_case(cls, case: Case, *, by: Actor, at: datetime) -> "Happening":
        """Read what the case has running. Two statements, three while it is or was paused."""
        happening = cls(case, by, at, handbooks.version(case.handbook_id))
        happening.promises = list(case.promises.all())
        happening.pauses = (
            pauses_of(case) if case.state == Case.State.WAITING or case.ever_paused else ()
        )
        return happening

    @property
    def mode(self) -> str:
        return self.handbook.channels[self.case.channel].mode

    def rules(self) -> tuple[PromiseRule, ...]:
        """The promise rules that govern this case as it is classed now."""
        case = self.case
        return self.handbook.promises_for(case.kind, case.severity, case.tier, self.mode)

    def event(self, name: str) -> None:
        """Meet the promises this event meets, then start those it starts."""
        met = self.meet(name)
        for rule in self.rules():
            renewed = rule.renews and rule.code in met and not self.case.is_done
            first = rule.starts_on == name and not self.ever(rule.code)
            if (first or renewed) and not self.is_open(rule.code):
                self.start(rule)

    def is_open(self, code: str) -> bool:
        return any(promise.code == code and promise.is_open for promise in self.promises)

    def ever(self, code: str) -> bool:
        return any(promise.code == code for promise in self.promises)

    def meet(self, name: str) -> set[str]:
        """Settle every open promise that this event meets; their codes."""
        met = set()
        for promise in self.promises:
            rule = self.handbook.rules.get(promise.rule)
            if promise.is_open and isinstance(rule, PromiseRule) and name in rule.met_by:
                self.settle(promise)
                met.add(promise.code)
        return met

    def settle(self, promise: Promise) -> None:
        """Met: kept if in time; a promise broken before stays broken, and now has its end."""
        promise.settled_at = self.at
        promise.wake_at = None
        if promise.state != Promise.State.BROKEN:
            kept = promise.state == Promise.State.PAUSED or self.at <= promise.due_at
            promise.state = Promise.State.KEPT if kept else Promise.State.BROKEN
            promise.broken_at = None if kept else promise.due_at
            self.observe(
                promise.rule,
                occasion=f"{promise.code}:{promise.round}",
                kept=kept,
                value=(self.at - promise.started_at).total_seconds(),
            )
        self.changed.append(promise)

    def start(self, rule: PromiseRule) -> None:
        """Begin to run a promise from this instant."""
        before = [promise.round for promise in self.promises if promise.code == rule.code]
        commitment = self.commitment(rule, self.at)
        promise = Promise(
            case=self.case,
            rule=rule.id,
            code=rule.code,
            round=max(before, default=0) + 1,
            started_at=self.at,
            due_at=commitment.due_at or self.at,
        )
        promise.wake_at = next_wake(commitment, promise, self.at)
        self.promises.append(promise)
        self.started.append(promise)

    def commitment(self, rule: PromiseRule, since: datetime) -> timing.Commitment:
        """The timing of a promise under this rule since an instant, with the case's pauses."""
        return timing.Commitment(rule, since, calendar(self.handbook, rule.calendar), self.pauses)

    def observe(
        self, rule_id: str, *, occasion: str, kept: bool, value: float | None = None
    ) -> None:
        """Note that a rule of the handbook was kept or broken on this occasion."""
        self.occasions.append((rule_id, occasion, kept, value))

    def pause(self, pause: timing.Pause) -> None:
        """Let every pausable promise stand still; its due instant moves to the latest end of the pause."""
        self.pauses = (*self.pauses, pause)
        self.retime(Promise.State.PAUSED)

    def resume(self) -> None:
        """Let them run again from this instant on."""
        self.pauses = tuple(
            timing.Pause(p.since, self.at) if p.until is None or p.until > self.at else p
            for p in self.pauses
        )
        self.retime(Promise.State.RUNNING)

    def retime(self, state: Promise.State) -> None:
        """Compute pausable running promises anew with the pauses as they are now."""
        for promise in self.promises:
            rule = self.handbook.rules.get(promise.rule)
            if not (promise.is_open and isinstance(rule, PromiseRule) and rule.pausable):
                continue
            if promise.state == Promise.State.BROKEN:
                continue
            commitment = self.commitment(rule, promise.started_at)
            promise.state = state
            promise.due_at = commitment.due_at or promise.due_at
            promise.wake_at = next_wake(commitment, promise, self.at)
            self.changed.append(promise)

    def derive_due_times(self) -> None:
        """Compute every running promise anew on the calendars as they are now."""
        for promise in self.promises:
            rule = self.handbook.rules.get(promise.rule)
            if (
                promise.state == Promise.State.RUNNING
                and promise.is_open
                and isinstance(rule, PromiseRule)
            ):
                commitment = self.commitment(rule, promise.started_at)
                due = commitment.due_at or promise.due_at
                if due != promise.due_at:
                    promise.due_at, promise.wake_at = due, next_wake(commitment, promise, self.at)
                    self.changed.append(promise)

    def begin(self) -> None:
        """The case begins: its process, its promises, and how pressing it is."""
        self.start_process()
        self.event("desk.case_opened")
        self.advance("desk.case_opened", self.steps_started[0])
        self.case.risk_at = risk_of(self.promises)

    def start_process(self) -> None:
        """Begin the first step of the case's process."""
        self.start_step(self.handbook.processes[self.case.process].first)

    def start_step(self, step: Step) -> None:
        due = None
        if step.limit is not None:
            hours = calendar(self.handbook, step.limit.calendar)
            clock = hours if step.limit.basis == "working" else timing.BY_THE_CLOCK
            due = clock.add_working(self.at, step.limit.minutes)
        rounds = [run.round for run in self.steps_done if run.step == step.code]
        self.steps_started.append(
            StepRun(
                case=self.case,
                step=step.code,
                rule=step.id,
                round=max(rounds, default=0) + 1,
                started_at=self.at,
                due_at=due,
            )
        )

    def advance(self, name: str, running: StepRun | None) -> None:
        """Pass the steps that this event completes."""
        if running is not None:
            self.pass_steps(
                walk(self.handbook.processes[self.case.process], running.step, name), running
            )

    def finish_step(self, running: StepRun, chosen: str) -> None:
        """A person completes the open step. Raises KeyError for a choice the process does not offer."""
        running.chosen = chosen
        self.pass_steps(
            complete(self.handbook.processes[self.case.process], running.step, chosen), running
        )

    def pass_steps(self, way: Walk, running: StepRun) -> None:
        for step in way.passed:
            run = (
                running
                if step.code == running.step
                else StepRun(
                    case=self.case,
                    step=step.code,
                    rule=step.id,
                    round=running.round,
                    started_at=self.at,
                )
            )
            run.done_at, run.done_by = self.at, self.by.ref
            self.steps_done.append(run)
            kept = run.due_at is None or self.at <= run.due_at
            self.observe(
                step.id,
                occasion=f"{step.code}:{run.round}",
                kept=kept,
                value=(self.at - run.started_at).total_seconds(),
            )
            self.event(step_event(step.code))
        if way.starts is not None:
            self.start_step(way.starts)

    def write(self) -> None:
        """Write everything down and bring the case's risk up to date; the case itself is saved by the caller."""
        if self.started:
            Promise.objects.bulk_create(self.started)
        new = {id(promise) for promise in self.started}
        if changed := list({id(p): p for p in self.changed if id(p) not in new}.values()):
            Promise.objects.bulk_update(
                changed, ["rule", "state", "settled_at", "wake_at", "broken_at", "due_at", "warned"]
            )
        runs = {id(run): run for run in (*self.steps_done, *self.steps_started)}.values()
        for run in runs:
            if not run._state.adding:
                run.save(update_fields=["done_at", "done_by", "chosen", "result"])
        if new_runs := [run for run in runs if run._state.adding]:
            StepRun.objects.bulk_create(new_runs)
        if self.occasions:
            observe_all(
                occasion_of(
                    self.case, rule, occasion=name, kept=kept, value=value, by=self.by, at=self.at
                )
                for rule, name, kept, value in self.occasions
            )
        self.case.risk_at = risk_of(self.promises)

    def tell(self) -> None:
        """Publish the steps that were passed."""
        for run in self.steps_done:
            publish(
                StepCompleted(
                    case_id=self.case.pk,
                    step=run.step,
                    by_itself=not self.by.is_staff,
                    by=self.by.ref,
                    at=self.at,
                )
            )


def occasion_of(
    case: Case,
    rule_id: str,
    *,
    occasion: str,
    kept: bool,
    by: Actor,
    at: datetime,
    value: float | None = None,
) -> Occasion:
    """One occasion of a rule at a case, with the person, team and tier as they are now."""
    return Occasion(
        rule_id=rule_id,
        version_id=case.handbook_id,
        subject_kind="case",
        subject_id=case.pk,
        occasion=occasion,
        kept=kept,
        person_id=case.owner_id,
        team=case.team.code if case.team_id and case.team else "",
        tier=case.tier,
        service_class=case.service_class,
        value=value,
        by=by.ref,
        at=at,
    )


def next_wake(commitment: timing.Commitment, promise: Promise, at: datetime) -> datetime | None:
    """The next instant at which the clock must look at a promise: a warning not yet given, or the due instant."""
    instants = [
        point.at for point in commitment.warnings() if point.percent > promise.warned and point.at
    ]
    if commitment.due_at is not None:
        instants.append(commitment.due_at)
    return min(instants, default=None)


def risk_of(promises: Iterable[Promise]) -> datetime | None:
    """The due instant of the most pressing promise that still waits for us."""
    return min(
        (
            promise.due_at
            for promise in promises
            if promise.is_open and promise.state != Promise.State.PAUSED
        ),
        default=None,
    )


def pauses_of(case: Case) -> tuple[timing.Pause, ...]:
    """The stretches in which this case's promises stood still."""
    return tuple(
        timing.Pause(pause.from_at, pause.until_at or pause.latest_at)
        for pause in Pause.objects.filter(case=case).order_by("from_at")
    )


def open_step(case: Case) -> StepRun | None:
    """The step the case is in."""
    return case.steps.filter(done_at=None).order_by("id").first()
