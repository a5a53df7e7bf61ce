"""What the book's pages show, made from the handbook and its margins before any template runs."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from libin.handbook import queries
from libin.handbook.queries import Margin
from libin.handbook.reading import as_html
from libin.handbook.rules import Chapter, Handbook, Process, PromiseRule, Rule, Step, Survey
from libin.kernel.search import normalise
from libin.ui import formats
from libin.web.handbook.telling import Pairs, pairs, words

DAYS = 30
BRIEF = 28
"""Characters up to which a fact stands in the line of short facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The figure in a rule's margin; `told` is empty for a rule that nothing counts."""

    told: str
    share: str = ""
    trend: tuple[float, ...] = ()
    all_url: str = ""
    broken: str = ""
    broken_url: str = ""
    excepted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One rule in the book."""

    id: str
    title: str
    text: str
    brief: Pairs
    pairs: Pairs
    owner: str
    source: str
    figure: Figure
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Rules under one heading."""

    title: str
    text: str
    anchor: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterText:
    """A chapter: prose, then its sections."""

    id: str
    number: int
    title: str
    prose: SafeString
    sections: tuple[Section, ...]
    url: str


def chapters(book: Handbook) -> list[tuple[int, str, str, str]]:
    """Number, id, title and address of every chapter."""
    return [
        (number, chapter.id, words(chapter.title), reverse("handbook:chapter", args=[chapter.id]))
        for number, chapter in enumerate(book.chapters, 1)
    ]


def chapter_text(book: Handbook, chapter: Chapter, *, figures: Mapping[str, Margin]) -> ChapterText:
    """One chapter with the figures of its rules."""
    return ChapterText(
        id=chapter.id,
        number=book.chapters.index(chapter) + 1,
        title=words(chapter.title),
        prose=as_html(words(chapter.body)),
        sections=tuple(
            Section(
                title=title,
                text=text,
                anchor=anchor,
                entries=tuple(entry(rule, book, figures) for rule in rules),
            )
            for title, text, anchor, rules in sections(book, chapter)
        ),
        url=reverse("handbook:chapter", args=[chapter.id]),
    )


def figures_of(book: Handbook, shown: Collection[Chapter], *, at: datetime) -> Mapping[str, Margin]:
    """The margins of every rule of these chapters, in one statement."""
    ids = [
        rule.id
        for chapter in shown
        for _t, _x, _a, rules in sections(book, chapter)
        for rule in rules
    ]
    return queries.margins(ids, at=at, days=DAYS)


def sections(book: Handbook, chapter: Chapter) -> Iterable[tuple[str, str, str, tuple[Rule, ...]]]:
    """Title, words, anchor and rules of everything a chapter shows."""
    for shown in chapter.shows:
        part, _colon, only = shown.partition(":")
        if part == "promises":
            for code, family in book.promise_families.items():
                if only in ("", code):
                    rules = tuple(p for p in book.promises if p.code == code)
                    yield words(family.title), words(family.text), family.id, rules
        elif part == "processes":
            for code, process in book.processes.items():
                if only in ("", code):
                    yield words(process.title), words(process.text), process.id, process.steps
        elif part == "routing":
            yield (
                words(book.routing.title),
                words(book.routing.text),
                book.routing.id,
                book.routing.overflow,
            )
        else:
            found = getattr(book, part)
            listed = found.values() if isinstance(found, Mapping) else found
            yield part_title(part), "", part, tuple(r for r in listed if only in ("", r.code))


def chapter_of(book: Handbook, rule_id: str) -> Chapter | None:
    """The chapter in which a rule stands."""
    for chapter in book.chapters:
        for _title, _text, anchor, rules in sections(book, chapter):
            if anchor == rule_id or any(rule_id in ids_within(rule) for rule in rules):
                return chapter
    return None


def ids_within(rule: Rule) -> set[str]:
    """The id of a rule and of the small rules told inside it."""
    inner = [*getattr(rule, "topics", ()), *getattr(rule, "bands", ())]
    return {rule.id, *(one.id for one in inner)}


def entry(rule: Rule, book: Handbook, figures: Mapping[str, Margin]) -> Entry:
    """One rule as the page shows it."""
    told = pairs(rule, book)
    return Entry(
        id=rule.id,
        title=words(rule.title),
        text=words(rule.text),
        brief=[pair for pair in told if len(pair[1]) <= BRIEF],
        pairs=[pair for pair in told if len(pair[1]) > BRIEF],
        owner=words(book.roles[rule.owner].title),
        source=_("our own") if rule.source == "ours" else rule.source,
        figure=figure(rule, figures.get(rule.id)),
        url=reverse("handbook:rule", args=[rule.id]),
    )


def figure(rule: Rule, margin: Margin | None) -> Figure:
    """The figure in the margin, in words."""
    if margin is None:
        counted = isinstance(rule, PromiseRule | Step | Survey)
        return Figure(told=_("not applied in %(days)d days") % {"days": DAYS} if counted else "")
    times = ngettext("%(count)s time", "%(count)s times", margin.applied) % {
        "count": f"{margin.applied:,}".replace(",", "\u202f")
    }
    return Figure(
        told=_("%(times)s · %(days)d days") % {"times": times, "days": DAYS},
        share=formats.share(margin.kept, margin.applied),
        trend=tuple(
            round(100 * day.kept / (day.kept + day.broken), 1)
            for day in margin.trend
            if day.kept + day.broken
        ),
        all_url=_cases(rule.id),
        broken=(
            ngettext("broken %(count)d time", "broken %(count)d times", margin.broken)
            % {"count": margin.broken}
            if margin.broken
            else ""
        ),
        broken_url=_cases(rule.id, kept="0"),
        excepted=(
            ngettext("%(count)d exception", "%(count)d exceptions", margin.excepted)
            % {"count": margin.excepted}
            if margin.excepted
            else ""
        ),
    )


def _cases(rule_id: str, **more: str) -> str:
    return f"{reverse('desk:queue')}?{urlencode({'rule': rule_id, **more})}"


def found(book: Handbook, wanted: str) -> list[Rule]:
    """Rules whose id, title, words or facts hold every word looked for, in either language."""
    terms = normalise(wanted).split()
    if not terms:
        return []
    return [
        rule for rule in book.rules.values() if all(term in _haystack(rule, book) for term in terms)
    ]


def _haystack(rule: Rule, book: Handbook) -> str:
    told = " ".join(value for _label, value in pairs(rule, book))
    both = f"{rule.title.zh} {rule.title.en} {rule.text.zh} {rule.text.en}"
    name = words(rule.title) if isinstance(rule, Process) else ""
    return normalise(f"{rule.id} {both} {told} {name}")


def part_title(part: str) -> str:
    """The heading of a part of the handbook."""
    return {
        "norms": _("Norms"),
        "service_classes": _("Classes of service"),
        "tiers": _("Tiers"),
        "entitlements": _("Entitlements"),
        "kinds": _("Kinds of case"),
        "severities": _("Severity"),
        "complexities": _("Complexity"),
        "channels": _("Channels"),
        "outcomes": _("Outcomes"),
        "pause_reasons": _("Reasons to pause"),
        "breach_reasons": _("Reasons of a broken promise"),
        "calendars": _("Calendars"),
        "lanes": pgettext("handbook", "Lanes"),
        "levels": _("Levels"),
        "escalation": _("Escalation"),
        "templates": _("Templates"),
        "surveys": _("Surveys"),
        "roles": _("Roles"),
        "departments": _("Departments"),
        "teams": _("Teams"),
        "groups": _("Standing groups"),
        "retention": _("What is kept how long"),
        "limits": _("Measures of daily practice"),
    }.get(part, part)
