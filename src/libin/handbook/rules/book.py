"""The whole handbook of one version."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from libin.handbook.rules.basis import Rule, Text
from libin.handbook.rules.processes import Process, Step
from libin.handbook.rules.promises import BreachReason, PauseReason, PromiseFamily, PromiseRule
from libin.handbook.rules.service import (
    CalendarSpec,
    CaseKind,
    Channel,
    Complexity,
    Entitlement,
    Limit,
    Outcome,
    RetentionRule,
    ServiceClass,
    Severity,
    Tier,
)
from libin.handbook.rules.staffing import (
    Department,
    EscalationLevel,
    Lane,
    Level,
    Role,
    Routing,
    StandingGroup,
    TeamSpec,
)
from libin.handbook.rules.words import Chapter, Norm, Survey, Template


class VersionState(StrEnum):
    """The life of a version."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    PUBLISHED = "published"
    RETIRED = "retired"


class NoSuchRule(LookupError):
    """The handbook has no rule of that id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handbook:
    """Every rule of one version; mappings keep the order in which the handbook lists them."""

    version_id: int
    """Key of the published version; 0 for one that is only loaded from files."""
    number: int
    title: Text
    preface: Text
    zone: str
    """IANA name of the zone in which days are counted."""
    tiers: Mapping[str, Tier]
    service_classes: Mapping[str, ServiceClass]
    entitlements: Mapping[str, Entitlement]
    kinds: Mapping[str, CaseKind]
    severities: Mapping[str, Severity]
    complexities: Mapping[str, Complexity]
    channels: Mapping[str, Channel]
    calendars: Mapping[str, CalendarSpec]
    roles: Mapping[str, Role]
    departments: Mapping[str, Department]
    groups: Mapping[str, StandingGroup]
    teams: Mapping[str, TeamSpec]
    levels: Mapping[str, Level]
    lanes: Mapping[str, Lane]
    routing: Routing
    escalation: tuple[EscalationLevel, ...]
    promises: tuple[PromiseRule, ...]
    promise_families: Mapping[str, PromiseFamily]
    pause_reasons: Mapping[str, PauseReason]
    breach_reasons: Mapping[str, BreachReason]
    processes: Mapping[str, Process]
    templates: Mapping[str, Template]
    surveys: Mapping[str, Survey]
    norms: Mapping[str, Norm]
    outcomes: Mapping[str, Outcome]
    retention: Mapping[str, RetentionRule]
    limits: Mapping[str, Limit]
    chapters: tuple[Chapter, ...]
    acknowledged_by: frozenset[str]
    """Codes of the roles whose members must acknowledge a new version."""
    default_tier: str
    """Tier of a customer we do not know yet."""
    rules: Mapping[str, Rule]
    """Every rule of every part, by id."""
    matrix: Mapping[tuple[str, str, str, str], tuple[PromiseRule, ...]]
    """(kind, severity, tier or service class, mode) to the promises that govern it."""

    def promises_for(
        self, kind: str, severity: str, tier: str, mode: str
    ) -> tuple[PromiseRule, ...]:
        """The promises made for a matter; ``tier`` is a tier's code or a service class's.

        Raises ``KeyError`` for a code this handbook does not have.
        """
        return self.matrix[kind, severity, tier, mode]

    def promise(
        self, code: str, kind: str, severity: str, tier: str, mode: str
    ) -> PromiseRule | None:
        """The one promise of that code for a matter, or ``None``."""
        for promise in self.promises_for(kind, severity, tier, mode):
            if promise.code == code:
                return promise
        return None

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id; ``NoSuchRule`` when there is none."""
        try:
            return self.rules[rule_id]
        except KeyError:
            raise NoSuchRule(rule_id) from None

    def class_of(self, tier: str) -> ServiceClass:
        """The service class of a tier."""
        return self.service_classes[self.tiers[tier].service_class]

    def lane_of(self, tier: str) -> Lane:
        """The lane in which a tier's matters wait."""
        return self.lanes[self.routing.lane_of_class[self.tiers[tier].service_class]]

    def process_of(self, kind: str) -> Process:
        """The process that handles a kind."""
        return self.processes[self.kinds[kind].process]

    def step(self, process: str, code: str) -> Step:
        """One step of a process."""
        return self.processes[process].step(code)

    def limit(self, code: str) -> int:
        """The value of a number of daily practice, in the unit its rule states."""
        return self.limits[code].value

    @property
    def default_kind(self) -> CaseKind:
        """The kind of a message that fits no other."""
        return next(kind for kind in self.kinds.values() if kind.default)

    def templates_for(
        self, purpose: str, *, kind: str, severity: str, tier: str, mode: str
    ) -> tuple[Template, ...]:
        """Templates of a purpose whose condition holds, in the handbook's order; the first is the fittest."""
        service_class = self.tiers[tier].service_class
        return tuple(
            template
            for template in self.templates.values()
            if template.purpose == purpose
            and template.visible_when.holds(
                kind=kind, severity=severity, service_class=service_class, tier=tier, mode=mode
            )
        )

    def kind_by_words(self, text: str) -> CaseKind:
        """The kind whose keywords a text holds most often; the earlier kind on a tie; the default on none."""
        found = max(self.kinds.values(), key=lambda kind: _hits(kind.keywords, text))
        return found if _hits(found.keywords, text) else self.default_kind

    def severity_by_words(self, text: str, *, kind: str) -> Severity:
        """The most pressing severity one of whose keywords a text holds; the kind's default on none."""
        pressing = sorted(self.severities.values(), key=lambda severity: severity.rank)
        for severity in pressing:
            if _hits(severity.keywords, text):
                return severity
        return self.severities[self.kinds[kind].severity_default]


def _hits(keywords: tuple[str, ...], text: str) -> int:
    lowered = text.lower()
    return sum(keyword.lower() in lowered for keyword in keywords)
