"""Turns a checked source into the frozen values the rooms read."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import product
from types import MappingProxyType
from typing import Any, TypeVar

from libin.handbook import rules
from libin.handbook.schema import HandbookSource, PromiseGroup, PromiseRow
from libin.handbook.schema.basis import Condition, Entry, Words
from libin.handbook.schema.spans import duration, hours
from libin.handbook.schema.words import ProcessEntry, StepEntry
from libin.handbook.source.matrix import MODES, Matrix

_R = TypeVar("_R", bound=rules.Rule)
_DAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}


def compile_handbook(
    source: HandbookSource,
    matrix: Matrix,
    prose: Mapping[str, str],
    *,
    version_id: int,
    number: int,
) -> rules.Handbook:
    """The handbook of a source that passed every check."""
    return _Compiler(source, matrix, prose).handbook(version_id, number)


class _Compiler:
    def __init__(self, source: HandbookSource, matrix: Matrix, prose: Mapping[str, str]) -> None:
        self.source = source
        self.matrix = matrix
        self.prose = prose
        self.rules: dict[str, rules.Rule] = {}

    def handbook(self, version_id: int, number: int) -> rules.Handbook:
        source, book = self.source, self.source.handbook
        by_row = {
            code: [self.promise(code, group, row) for row in group.rows]
            for code, group in source.promises.items()
        }
        return rules.Handbook(
            version_id=version_id,
            number=number,
            title=text(book.title),
            preface=text(book.preface),
            zone=book.zone,
            service_classes=self.part("service_classes", rules.ServiceClass),
            entitlements=self.part("entitlements", rules.Entitlement),
            tiers=self.part("tiers", rules.Tier),
            severities=self.part("severities", rules.Severity),
            complexities=self.part("complexities", rules.Complexity),
            kinds=frozen({code: self.kind(code) for code in source.kinds}),
            channels=self.part("channels", rules.Channel),
            calendars=frozen({code: self.calendar(code) for code in source.calendars}),
            roles=self.part("roles", rules.Role),
            departments=self.part("departments", rules.Department),
            groups=self.part("groups", rules.StandingGroup),
            levels=self.part("levels", rules.Level),
            lanes=frozen({code: self.lane(code) for code in source.lanes}),
            teams=self.part("teams", rules.TeamSpec),
            routing=self.routing(),
            escalation=tuple(
                self.rung(code, rank) for rank, code in enumerate(source.escalation, 1)
            ),
            promises=tuple(p for row in by_row.values() for p in row if p is not None),
            promise_families=self.part("promises", rules.PromiseFamily),
            pause_reasons=frozen({code: self.pause(code) for code in source.pause_reasons}),
            breach_reasons=self.part("breach_reasons", rules.BreachReason),
            processes=frozen({c: self.process(c, p) for c, p in source.processes.items()}),
            templates=frozen({code: self.template(code) for code in source.templates}),
            surveys=frozen({code: self.survey(code) for code in source.surveys}),
            norms=self.part("norms", rules.Norm),
            outcomes=self.part("outcomes", rules.Outcome),
            retention=self.part("retention", rules.RetentionRule),
            limits=self.part("limits", rules.Limit),
            chapters=self.chapters(),
            acknowledged_by=frozenset(book.acknowledged_by),
            default_tier=book.default_tier,
            rules=frozen(self.rules),
            matrix=self.cells(by_row),
        )

    def add(self, rule: _R) -> _R:
        self.rules[rule.id] = rule
        return rule

    def part(self, section: str, form: type[_R]) -> Mapping[str, _R]:
        """A section whose compiled rules have the same keys as its source."""
        entries: Mapping[str, Entry] = getattr(self.source, section)
        return frozen({code: self.plain(entry, form, code=code) for code, entry in entries.items()})

    def plain(self, entry: Entry, form: type[_R], **more: Any) -> _R:
        values = {
            name: plain_value(getattr(entry, name), form.__annotations__.get(name))
            for name in type(entry).model_fields
            if name not in more and name in _slots(form)
        }
        return self.add(form(**(values | more)))

    def kind(self, code: str) -> rules.CaseKind:
        entry = self.source.kinds[code]
        topics = tuple(
            self.plain(topic, rules.Topic, code=topic_code)
            for topic_code, topic in entry.topics.items()
        )
        return self.plain(entry, rules.CaseKind, code=code, topics=topics)

    def calendar(self, code: str) -> rules.CalendarSpec:
        entry = self.source.calendars[code]
        weekly = {
            number: tuple(hours(span) for span in entry.hours.get(day, ()))  # type: ignore[call-overload]
            for day, number in _DAYS.items()
        }
        return self.plain(entry, rules.CalendarSpec, code=code, weekly=frozen(weekly))

    def lane(self, code: str) -> rules.Lane:
        entry = self.source.lanes[code]
        return self.plain(entry, rules.Lane, code=code, service_classes=tuple(entry.classes))

    def routing(self) -> rules.Routing:
        entry = self.source.routing
        overflow = tuple(
            self.plain(step, rules.Overflow, after_seconds=duration(step.after).seconds(0))
            for step in entry.overflow
        )
        return self.plain(
            entry,
            rules.Routing,
            lane_of_class=frozen(
                {each: code for code, lane in self.source.lanes.items() for each in lane.classes}
            ),
            overflow=tuple(sorted(overflow, key=lambda step: step.after_seconds)),
        )

    def rung(self, code: str, rank: int) -> rules.EscalationLevel:
        entry = self.source.escalation[code]
        return self.plain(
            entry,
            rules.EscalationLevel,
            code=code,
            rank=rank,
            within_minutes=duration(entry.within).seconds(0) // 60,
            on_breach_of=frozenset(entry.on_breach_of),
        )

    def promise(self, code: str, group: PromiseGroup, row: PromiseRow) -> rules.PromiseRule | None:
        if row.within == "none":
            return None
        span = duration(row.within)
        calendar = row.calendar or group.calendar
        cap = row.cap or group.cap
        return self.plain(
            row,
            rules.PromiseRule,
            code=code,
            duration=timedelta(seconds=span.seconds(self.source.calendars[calendar].day_minutes)),
            basis="working" if span.working else "elapsed",
            calendar=calendar,
            cap_elapsed_minutes=duration(cap).seconds(0) // 60 if cap else None,
            starts_on=group.starts_on,
            met_by=tuple(group.met_by),
            renews=group.renews,
            pausable=group.pausable,
            warn_at=tuple(group.warn_at),
            when=condition(row.when),
        )

    def pause(self, code: str) -> rules.PauseReason:
        entry = self.source.pause_reasons[code]
        return self.plain(
            entry,
            rules.PauseReason,
            code=code,
            max_minutes=duration(entry.at_most).seconds(0) // 60,
            applies_to=frozenset(entry.applies_to),
        )

    def process(self, code: str, entry: ProcessEntry) -> rules.Process:
        steps = tuple(self.step(name, step, entry) for name, step in entry.steps.items())
        return self.plain(entry, rules.Process, code=code, steps=steps)

    def step(self, code: str, entry: StepEntry, process: ProcessEntry) -> rules.Step:
        limit = None
        if entry.limit:
            span, calendar = duration(entry.limit), entry.calendar or process.calendar
            limit = rules.Span(
                minutes=span.seconds(self.source.calendars[calendar].day_minutes) // 60,
                basis="working" if span.working else "elapsed",
                calendar=calendar,
            )
        choices = frozen({name: text(words) for name, words in entry.choices.items()})
        return self.plain(entry, rules.Step, code=code, limit=limit, choices=choices)

    def template(self, code: str) -> rules.Template:
        entry = self.source.templates[code]
        when = condition(entry.when)
        return self.plain(
            entry,
            rules.Template,
            code=code,
            kinds=when.kinds,
            tiers=when.tiers,
            visible_when=when,
        )

    def survey(self, code: str) -> rules.Survey:
        entry = self.source.surveys[code]
        bands = [self.plain(b, rules.Band, code=band_code) for band_code, b in entry.bands.items()]
        return self.plain(
            entry,
            rules.Survey,
            code=code,
            scale=tuple(
                rules.ScalePoint(score=point.score, label=text(point.label))
                for point in sorted(entry.scale, key=lambda point: point.score)
            ),
            bands=tuple(sorted(bands, key=lambda band: -band.highest)),
            follow_up_minutes=duration(entry.follow_up).seconds(0) // 60,
        )

    def chapters(self) -> tuple[rules.Chapter, ...]:
        return tuple(
            rules.Chapter(
                id=chapter.id,
                title=text(chapter.title),
                body=rules.Text(
                    zh=self.prose[f"{chapter.prose}.zh.md"], en=self.prose[f"{chapter.prose}.en.md"]
                ),
                shows=tuple(chapter.shows),
            )
            for chapter in self.source.handbook.chapters
        )

    def cells(
        self, by_row: Mapping[str, list[rules.PromiseRule | None]]
    ) -> Mapping[tuple[str, str, str, str], tuple[rules.PromiseRule, ...]]:
        """Answers by tier, and by class where all its tiers have the same answers."""
        cells = {
            cell: tuple(
                promise
                for code, index in answers.items()
                if (promise := by_row[code][index]) is not None
            )
            for cell, answers in self.matrix.rows.items()
        }
        for kind, severity, mode in product(self.source.kinds, self.source.severities, MODES):
            for service_class in self.source.service_classes:
                answered = {
                    cells[kind, severity, tier, mode]
                    for tier, entry in self.source.tiers.items()
                    if entry.service_class == service_class
                }
                if len(answered) == 1:
                    cells[kind, severity, service_class, mode] = answered.pop()
        return frozen(cells)


def text(words: Words) -> rules.Text:
    """Compiled words."""
    return rules.Text(zh=words.zh, en=words.en)


def condition(when: Condition) -> rules.When:
    """A compiled condition."""
    return rules.When(
        kinds=frozenset(when.kinds),
        severities=frozenset(when.severities),
        service_classes=frozenset(when.classes),
        tiers=frozenset(when.tiers),
        modes=frozenset(when.modes),
    )


def plain_value(value: Any, wanted: Any) -> Any:
    """A source value as the frozen value of the same meaning."""
    if isinstance(value, Words):
        return text(value)
    if isinstance(value, list):
        items: Iterable[Any] = (plain_value(item, None) for item in value)
        return frozenset(items) if "frozenset" in str(wanted) else tuple(items)
    return value


def _slots(form: type) -> frozenset[str]:
    return frozenset(form.__dataclass_fields__)  # type: ignore[attr-defined]


_K = TypeVar("_K")
_V = TypeVar("_V")


def frozen(mapping: dict[_K, _V]) -> Mapping[_K, _V]:
    """A mapping nobody can change."""
    return MappingProxyType(mapping)
