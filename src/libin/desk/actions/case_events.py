"""What an event does to a case: promises start, are met and renew; steps are passed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from libin.desk.facts import PromiseBroken, StepCompleted
from libin.desk.models import Case, Pause, Promise, StepRun
from libin.desk.queries.clocks import calendar
from libin.desk.rules import promises as timing
from libin.desk.rules.steps import Walk, complete, walk
from libin.handbook import queries as handbooks
from libin.handbook.actions import Occasion, observe_all
from libin.handbook.rules import Handbook, Process, PromiseRule, Step, step_event
from libin.kernel.access import Actor
from libin.kernel.outbox import publish_all

_ENDS = frozenset({"desk.case_resolved", "desk.case_closed"})


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
    occasions: list[tuple[str, str, bool, float | None, datetime]] = field(default_factory=list)
    broken: list[Promise] = field(default_factory=list)
    steps: list[StepRun] = field(default_factory=list)
    pauses: tuple[timing.Pause, ...] = ()

    @classmethod
    def at_case(cls, case: Case, *, by: Actor, at: datetime) -> "Happening":
        """Read what the case has running. Two statements, three while it is or was paused."""
        happening = cls(case, by, at, handbooks.version(case.handbook_id))
        happening.promises = list(case.promises.all())
        happening.steps = list(case.steps.order_by("id"))
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
        if self.case.is_done and name not in _ENDS:
            return
        for rule in self.rules():
            again = rule.renews and rule.code in met and not self.case.is_done
            begins = rule.starts_on == name and rule.code not in met
            if (begins or again) and not self.is_open(rule.code):
                self.start(rule)

    def hear(self, name: str) -> None:
        """An event happens: promises first, then the steps that wait for it."""
        self.event(name)
        self.advance(name)

    def is_open(self, code: str) -> bool:
        return any(promise.code == code and promise.is_open for promise in self.promises)

    def ever(self, code: str) -> bool:
        return any(promise.code == code for promise in self.promises)

    @property
    def running_step(self) -> StepRun | None:
        """The step the case is in."""
        return next(
            (run for run in (*self.steps, *self.steps_started) if run.done_at is None), None
        )

    def meet(self, name: str) -> set[str]:
        """Settle every open promise that this event meets; their codes."""
        met = set()
        for promise in self.promises:
            rule = self.handbook.rules.get(promise.rule)
            fits = isinstance(rule, PromiseRule) and name in rule.met_by
            if fits and promise.is_open and promise.started_at <= self.at:
                self.settle(promise)
                met.add(promise.code)
        return met

    def settle(self, promise: Promise) -> None:
        """Met: kept if in time; a promise broken before stays broken, and now has its end."""
        promise.settled_at = self.at
        promise.wake_at = None
        if promise.state != Promise.State.BROKEN:
            kept = self.at <= promise.due_at
            promise.state = Promise.State.KEPT if kept else Promise.State.BROKEN
            if not kept:
                promise.broken_at = promise.due_at
                self.broken.append(promise)
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
        self.occasions.append((rule_id, occasion, kept, value, self.at))

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
            overdue = state == Promise.State.PAUSED and promise.due_at <= self.at
            if promise.state == Promise.State.BROKEN or overdue:
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
        self.advance("desk.case_opened")
        self.case.risk_at = risk_of(self.promises)

    def start_process(self) -> None:
        """Begin the first step of the case's process."""
        self.start_step(self.process.first)

    def start_step(self, step: Step) -> None:
        due = None
        if step.limit is not None:
            hours = calendar(self.handbook, step.limit.calendar)
            clock = hours if step.limit.basis == "working" else timing.BY_THE_CLOCK
            due = clock.add_working(self.at, step.limit.minutes)
        run = self.run_of(step)
        run.due_at = due
        self.steps_started.append(run)

    def run_of(self, step: Step) -> StepRun:
        """A new run of a step, one round after the latest."""
        known = (*self.steps, *self.steps_done, *self.steps_started)
        latest = max((run.round for run in known if run.step == step.code), default=0)
        return StepRun(
            case=self.case, step=step.code, rule=step.id, round=latest + 1, started_at=self.at
        )

    def advance(self, name: str) -> None:
        """Pass the steps that this event completes."""
        if (running := self.running_step) is not None:
            self.pass_steps(walk(self.process, running.step, name), running, heard=name)

    def finish_step(self, running: StepRun, chosen: str) -> None:
        """A person completes the open step. Raises KeyError for a choice the process does not offer."""
        way = complete(self.process, running.step, chosen)
        running.chosen = chosen
        self.pass_steps(way, running)

    @property
    def process(self) -> Process:
        return self.handbook.processes[self.case.process]

    def pass_steps(self, way: Walk, running: StepRun, *, heard: str = "") -> None:
        """Note the steps as done; one that the event did not complete was only passed over, and is not observed."""
        for step in way.passed:
            run = running if step.code == running.step else self.run_of(step)
            run.done_at, run.done_by = self.at, self.by.ref
            run.skipped = bool(heard) and step.completes_on != heard
            self.steps_done.append(run)
            if run.skipped:
                continue
            self.observe(
                step.id,
                occasion=f"{step.code}:{run.round}",
                kept=run.due_at is None or self.at <= run.due_at,
                value=(self.at - run.started_at).total_seconds(),
            )
            self.event(step_event(step.code))
        if way.starts is not None:
            self.start_step(way.starts)

    def skip_running_step(self) -> None:
        """Leave the open step undone: the process goes another way."""
        if (running := self.running_step) is not None:
            running.done_at, running.done_by, running.skipped = self.at, self.by.ref, True
            self.steps_done.append(running)

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
                run.save(update_fields=["done_at", "done_by", "chosen", "result", "skipped"])
        if new_runs := [run for run in runs if run._state.adding]:
            StepRun.objects.bulk_create(new_runs)
        if self.occasions:
            observe_all(
                occasion_of(
                    self.case, rule, occasion=name, kept=kept, value=value, by=self.by, at=at
                )
                for rule, name, kept, value, at in self.occasions
            )
        self.case.risk_at = risk_of(self.promises)

    def tell(self) -> None:
        """Publish what was found broken only now, and the steps that were done."""
        by, at, case_id = self.by.ref, self.at, self.case.pk
        publish_all(
            [
                *(
                    PromiseBroken(case_id=case_id, promise_id=p.pk, code=p.code, by=by, at=at)
                    for p in self.broken
                ),
                *(
                    StepCompleted(
                        case_id=case_id, step=run.step, by_itself=not self.by.is_staff, by=by, at=at
                    )
                    for run in self.steps_done
                    if not run.skipped
                ),
            ]
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
