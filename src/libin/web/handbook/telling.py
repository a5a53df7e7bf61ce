"""What a rule says beside its words: pairs of a label and a value, in the reader's language."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from libin.handbook import rules
from libin.handbook.comparing import length, span
from libin.handbook.rules import Handbook, Rule, Text, When

Pairs = list[tuple[str, str]]


def words(text: Text) -> str:
    """Text in the reader's language."""
    return text.in_(get_language() or "zh-hans")


def titles(among: Any, codes: Iterable[str]) -> str:
    """Titles of the rules with these codes, in the handbook's order."""
    wanted = set(codes)
    return _(", ").join(words(rule.title) for code, rule in among.items() if code in wanted)


def pairs(rule: Rule, book: Handbook) -> Pairs:
    """The facts of a rule, empty ones left out."""
    tell = _TELL.get(type(rule))
    return [(label, value) for label, value in tell(rule, book) if value] if tell else []


def condition(when: When, book: Handbook) -> str:
    """For which matters something holds."""
    parts = [
        titles(book.kinds, when.kinds),
        titles(book.service_classes, when.service_classes),
        titles(book.tiers, when.tiers),
        titles(book.severities, when.severities),
    ]
    if len(when.modes) == 1:
        parts.append(_("live contact") if "live" in when.modes else _("written contact"))
    return " · ".join(part for part in parts if part) or _("Every case")


def event(name: str, book: Handbook) -> str:
    """An event in words."""
    if name.startswith("step:"):
        code = name.removeprefix("step:")
        found = [s for p in book.processes.values() for s in p.steps if s.code == code]
        return _("the step “%(step)s” is done") % {"step": words(found[0].title) if found else code}
    return {
        "desk.case_opened": _("the case is opened"),
        "desk.replied": _("we reply"),
        "desk.acknowledged": _("the customer is told that it arrived"),
        "desk.assigned": _("somebody takes it"),
        "desk.escalated": _("it is escalated"),
        "desk.case_resolved": _("it is resolved"),
        "desk.case_closed": _("it is closed"),
        "surveys.answered": _("the customer has rated"),
        "manual": _("a person says so"),
    }.get(name, name)


def _promise(rule: rules.PromiseRule, book: Handbook) -> Pairs:
    return [
        (pgettext("handbook", "For"), condition(rule.when, book)),
        (pgettext("handbook", "Within"), length(rule)),
        (_("Counted in"), words(book.calendars[rule.calendar].title)),
        (_("From when"), event(rule.starts_on, book)),
        (_("Kept when"), _(", or ").join(event(name, book) for name in rule.met_by)),
        (
            _("May pause"),
            pgettext("handbook", "yes") if rule.pausable else pgettext("handbook", "no"),
        ),
    ]


def _tier(rule: rules.Tier, book: Handbook) -> Pairs:
    return [
        (pgettext("handbook", "Class"), words(book.service_classes[rule.service_class].title)),
        (_("Entitlements"), titles(book.entitlements, rule.entitlements)),
        (_("Account manager"), pgettext("handbook", "yes") if rule.account_manager else ""),
        (_("Resource factor"), f"{rule.resource_factor:g}"),
    ]


def _entitlement(rule: rules.Entitlement, _book: Handbook) -> Pairs:
    period = {
        "month": pgettext("handbook", "month"),
        "quarter": pgettext("handbook", "quarter"),
        "year": pgettext("handbook", "year"),
    }.get(rule.period, "")
    if rule.quota is None:
        return []
    quota = {"count": rule.quota, "period": period}
    return [
        (
            pgettext("handbook", "Quota"),
            _("%(count)d per %(period)s") % quota if period else str(rule.quota),
        )
    ]


def _severity(rule: rules.Severity, _book: Handbook) -> Pairs:
    return [
        (pgettext("handbook", "Definition"), words(rule.definition)),
        (pgettext("handbook", "Examples"), " / ".join(words(example) for example in rule.examples)),
    ]


def _kind(rule: rules.CaseKind, book: Handbook) -> Pairs:
    return [
        (pgettext("handbook", "Process"), words(book.processes[rule.process].title)),
        (_("Severity unless said otherwise"), words(book.severities[rule.severity_default].title)),
        (pgettext("handbook", "Types"), _(", ").join(words(topic.title) for topic in rule.topics)),
    ]


def _channel(rule: rules.Channel, book: Handbook) -> Pairs:
    return [
        (
            pgettext("handbook", "Mode"),
            _("live contact") if rule.mode == "live" else _("written contact"),
        ),
        (_("Staffed"), words(book.calendars[rule.coverage].title)),
        (
            _("Acknowledged by itself"),
            pgettext("handbook", "yes") if rule.acknowledge else pgettext("handbook", "no"),
        ),
    ]


def _calendar(rule: rules.CalendarSpec, _book: Handbook) -> Pairs:
    return [
        (pgettext("handbook", "Zone"), rule.zone),
        (
            _("Public holidays"),
            pgettext("handbook", "closed")
            if rule.observes_holidays
            else pgettext("handbook", "open"),
        ),
        (_("A working day"), span(rule.day_minutes * 60, working=False)),
    ]


def _step(rule: rules.Step, book: Handbook) -> Pairs:
    limit = rule.limit
    return [
        (pgettext("handbook", "Who"), words(book.roles[rule.role].title)),
        (
            pgettext("handbook", "By when"),
            span(limit.minutes * 60, working=limit.basis == "working") if limit else "",
        ),
        (pgettext("handbook", "Expected"), words(rule.expected)),
        (pgettext("handbook", "With"), words(rule.resources)),
        (_("Done when"), event(rule.completes_on, book)),
        (
            pgettext("handbook", "Choices"),
            " / ".join(words(choice) for choice in rule.choices.values()),
        ),
        (_("Key node"), _key_nodes()[rule.key_node] if rule.key_node else ""),
    ]


def _key_nodes() -> dict[str, str]:
    return {
        "start": pgettext("handbook", "start"),
        "progress": pgettext("handbook", "progress"),
        "end": pgettext("handbook", "end"),
        "feedback": pgettext("handbook", "feedback"),
    }


def _template(rule: rules.Template, book: Handbook) -> Pairs:
    return [
        (pgettext("handbook", "For"), condition(rule.visible_when, book)),
        (pgettext("handbook", "Subject"), words(rule.subject) if rule.subject else ""),
        (pgettext("handbook", "Text"), words(rule.body)),
    ]


def _survey(rule: rules.Survey, _book: Handbook) -> Pairs:
    return [
        (pgettext("handbook", "Question"), words(rule.question)),
        (
            pgettext("handbook", "Scale"),
            " / ".join(f"{p.score} {words(p.label)}" for p in rule.scale),
        ),
        (_("Low from"), str(rule.low_at)),
        (_("Followed up within"), span(rule.follow_up_minutes * 60, working=False)),
    ]


def _role(rule: rules.Role, _book: Handbook) -> Pairs:
    return [(pgettext("handbook", "Duties"), " / ".join(words(duty) for duty in rule.duties))]


def _lane(rule: rules.Lane, book: Handbook) -> Pairs:
    return [
        (pgettext("handbook", "For"), titles(book.service_classes, rule.service_classes)),
        (pgettext("handbook", "Level at least"), words(book.levels[rule.min_level].title)),
    ]


def _team(rule: rules.TeamSpec, book: Handbook) -> Pairs:
    return [
        (_("Department"), words(book.departments[rule.department].title)),
        (pgettext("handbook", "Lanes"), titles(book.lanes, rule.lanes)),
        (pgettext("handbook", "Size"), f"{rule.size_min}–{rule.size_max}"),
    ]


def _escalation(rule: rules.EscalationLevel, book: Handbook) -> Pairs:
    return [
        (pgettext("handbook", "To"), words(book.roles[rule.role].title)),
        (pgettext("handbook", "Within"), span(rule.within_minutes * 60, working=False)),
        (_("By itself when broken"), titles(book.promise_families, rule.on_breach_of)),
    ]


def _pause(rule: rules.PauseReason, book: Handbook) -> Pairs:
    return [
        (_("At most"), span(rule.max_minutes * 60, working=False)),
        (pgettext("handbook", "For"), titles(book.promise_families, rule.applies_to)),
    ]


def _norm(rule: rules.Norm, _book: Handbook) -> Pairs:
    return [
        (pgettext("handbook", "Do"), " / ".join(words(text) for text in rule.do)),
        (pgettext("handbook", "Do not"), " / ".join(words(text) for text in rule.dont)),
    ]


def _retention(rule: rules.RetentionRule, _book: Handbook) -> Pairs:
    return [(pgettext("handbook", "Kept"), _("%(count)d days") % {"count": rule.days})]


_TELL: dict[type, Callable[[Any, Handbook], Pairs]] = {
    rules.PromiseRule: _promise,
    rules.Tier: _tier,
    rules.Entitlement: _entitlement,
    rules.Severity: _severity,
    rules.CaseKind: _kind,
    rules.Channel: _channel,
    rules.CalendarSpec: _calendar,
    rules.Step: _step,
    rules.Template: _template,
    rules.Survey: _survey,
    rules.Role: _role,
    rules.Lane: _lane,
    rules.TeamSpec: _team,
    rules.EscalationLevel: _escalation,
    rules.PauseReason: _pause,
    rules.Norm: _norm,
    rules.RetentionRule: _retention,
}
