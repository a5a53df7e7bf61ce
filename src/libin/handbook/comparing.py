"""What changes between two handbooks, in people's words."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import time
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from libin.handbook.rules import Handbook, Process, PromiseRule, Rule, ScalePoint, Span, Text, When

Cell = tuple[str, str, str, str]
MODES = ("live", "async")
_UNTOLD = frozenset({"id", "code", "when", "visible_when"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``cells`` are the (kind, severity, tier, mode) whose promises it changes."""

    rule_id: str
    subject: str
    aspect: str
    before: str
    after: str
    cells: frozenset[Cell] = frozenset()

    def __str__(self) -> str:
        return f"{self.subject}: {self.aspect} {self.before} → {self.after}"


def compare(before: Handbook, after: Handbook) -> tuple[Change, ...]:
    """Every change from one handbook to another: promises first, then the other rules, then the prose."""
    return (*_promises(before, after), *_rules(before, after), *_chapters(before, after))


def _promises(before: Handbook, after: Handbook) -> Iterable[Change]:
    common = [cell for cell in before.matrix if cell in after.matrix and cell[2] in after.tiers]
    for code in dict.fromkeys(p.code for book in (before, after) for p in book.promises):
        groups: dict[tuple[str, str, str], set[Cell]] = defaultdict(set)
        for cell in common:
            was, now = _one(before, code, cell), _one(after, code, cell)
            if length(was) != length(now):
                rule = now or was
                groups[length(was), length(now), rule.id if rule else ""].add(cell)
        book = after if code in after.promise_families else before
        for (was_words, now_words, rule_id), cells in groups.items():
            for block in blocks(cells):
                yield Change(
                    rule_id=rule_id,
                    subject=described(after, block),
                    aspect=_in(book.promise_families[code].title),
                    before=was_words,
                    after=now_words,
                    cells=frozenset(block),
                )


def _one(book: Handbook, code: str, cell: Cell) -> PromiseRule | None:
    return next((p for p in book.matrix[cell] if p.code == code), None)


def length(promise: PromiseRule | None) -> str:
    """A promise's duration and cap in words: ``2 working h, at most 24 h``."""
    if promise is None:
        return pgettext("handbook", "no promise")
    words = span(promise.duration_seconds, working=promise.basis == "working")
    if promise.basis == "working" and promise.cap_elapsed_minutes:
        return _("%(length)s, at most %(cap)s") % {
            "length": words,
            "cap": span(promise.cap_elapsed_minutes * 60, working=False),
        }
    return words


def span(seconds: int, *, working: bool) -> str:
    """A length of time in words, by the clock or of working time."""
    if seconds % 60:
        return _("%(count)d s") % {"count": seconds}
    minutes = seconds // 60
    if minutes % 60 or minutes < 60:
        amount, unit = (
            minutes,
            pgettext("handbook", "working min") if working else pgettext("handbook", "min"),
        )
    else:
        amount, unit = (
            minutes // 60,
            pgettext("handbook", "working h") if working else pgettext("handbook", "h"),
        )
    return pgettext("length of time", "%(count)d %(unit)s") % {"count": amount, "unit": unit}


def blocks(cells: Collection[Cell]) -> list[set[Cell]]:
    """Cut cells into products of kinds x severities x tiers x modes, so that each can be said in one line."""
    pieces = [set(cells)]
    for place in range(3):
        pieces = [part for piece in pieces for part in _alike(piece, place)]
    return pieces


def _alike(cells: set[Cell], place: int) -> list[set[Cell]]:
    """Group by the values at one place those that have the same rest."""
    rests: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for cell in cells:
        rests[cell[place]].add(cell[:place] + cell[place + 1 :])
    groups: dict[frozenset[tuple[str, ...]], set[str]] = defaultdict(set)
    for value, rest in rests.items():
        groups[frozenset(rest)].add(value)
    return [{cell for cell in cells if cell[place] in values} for values in groups.values()]


def described(book: Handbook, cells: Collection[Cell]) -> str:
    """A block of cells in words: ``Platinum · urgent · complaint``; what means "any" is left out."""
    kinds, severities, tiers, modes = ({cell[place] for cell in cells} for place in range(4))
    words = []
    if tiers != set(book.tiers):
        words.append(_tiers(book, tiers))
    if severities != set(book.severities):
        words.append(_listed(book.severities, severities))
    if kinds != set(book.kinds):
        words.append(_listed(book.kinds, kinds))
    if len(modes) == 1:
        words.append(_("live contact") if "live" in modes else _("written contact"))
    return " · ".join(words) or _("Every case")


def _tiers(book: Handbook, tiers: set[str]) -> str:
    for code, service_class in book.service_classes.items():
        if tiers == {tier.code for tier in book.tiers.values() if tier.service_class == code}:
            return _in(service_class.title)
    return _listed(book.tiers, tiers)


def _listed(among: Mapping[str, Any], codes: Collection[str]) -> str:
    return _(", ").join(_in(rule.title) for code, rule in among.items() if code in codes)


def _rules(before: Handbook, after: Handbook) -> Iterable[Change]:
    for rule_id in dict.fromkeys([*before.rules, *after.rules]):
        was, now = before.rules.get(rule_id), after.rules.get(rule_id)
        if was is None and now is not None:
            yield Change(rule_id, _in(now.title), pgettext("handbook", "new"), "–", _in(now.text))
        elif now is None and was is not None:
            yield Change(
                rule_id, _in(was.title), pgettext("handbook", "taken out"), _in(was.text), "–"
            )
        elif was is not None and now is not None and was != now:
            yield from _fields(rule_id, was, now)


def _fields(rule_id: str, was: Rule, now: Rule) -> Iterable[Change]:
    told = {field.name for field in fields(was)} & {field.name for field in fields(now)}
    if isinstance(now, PromiseRule):
        told -= {"duration", "basis", "calendar", "cap_elapsed_minutes"}
    for field in fields(now):
        if field.name not in told - _UNTOLD:
            continue
        first, second = getattr(was, field.name), getattr(now, field.name)
        if isinstance(now, Process) and field.name == "steps":
            first, second = [s.title for s in first], [s.title for s in second]
        if first != second:
            yield Change(rule_id, _in(now.title), _label(field.name), said(first), said(second))


def _chapters(before: Handbook, after: Handbook) -> Iterable[Change]:
    known = {chapter.id: chapter for chapter in before.chapters}
    for chapter in after.chapters:
        was = known.pop(chapter.id, None)
        title = _in(chapter.title)
        if was is None:
            yield Change(chapter.id, title, pgettext("handbook", "new"), "–", title)
        elif was.body != chapter.body:
            yield Change(
                chapter.id,
                title,
                pgettext("handbook", "prose"),
                _size(was.body),
                _size(chapter.body),
            )
    for gone in known.values():
        yield Change(
            gone.id, _in(gone.title), pgettext("handbook", "taken out"), _in(gone.title), "–"
        )


def _size(body: Text) -> str:
    count = len(_in(body))
    return ngettext("%(count)d character", "%(count)d characters", count) % {"count": count}


def said(value: Any) -> str:
    """Any value of a rule in words."""
    for form, words in _SAID:
        if isinstance(value, form):
            return words(value)
    return str(value)


def _many(values: Iterable[Any]) -> str:
    return _(", ").join(said(value) for value in values) or "–"


_SAID: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (type(None), lambda _value: "–"),
    (bool, lambda value: pgettext("handbook", "yes") if value else pgettext("handbook", "no")),
    (Text, lambda value: _in(value)),
    (Span, lambda value: span(value.minutes * 60, working=value.basis == "working")),
    (When, lambda _value: "…"),
    (Rule, lambda value: _in(value.title)),
    (ScalePoint, lambda value: f"{value.score} {_in(value.label)}"),
    (time, lambda value: f"{value:%H:%M}"),
    ((set, frozenset), lambda value: _many(sorted(value, key=str))),
    ((tuple, list), _many),
    (Mapping, lambda value: _many(value.values())),
)


def _label(name: str) -> str:
    """What a field of a rule is called."""
    labels = _labels_of_service() | _labels_of_work() | _labels_of_words()
    return labels.get(name, name.replace("_", " "))


def _labels_of_service() -> dict[str, str]:
    return {
        "account_manager": pgettext("handbook", "account manager"),
        "acknowledge": pgettext("handbook", "acknowledged by itself"),
        "after_seconds": pgettext("handbook", "after seconds"),
        "applies_to": pgettext("handbook", "applies to"),
        "bands": pgettext("handbook", "bands"),
        "body": pgettext("handbook", "text"),
        "capacity_async": pgettext("handbook", "written matters at once"),
        "capacity_live": pgettext("handbook", "live conversations at once"),
        "checked_by": pgettext("handbook", "checked by"),
        "choices": pgettext("handbook", "choices"),
        "comment_question": pgettext("handbook", "second question"),
        "completes_on": pgettext("handbook", "done when"),
        "coverage": pgettext("handbook", "staffed"),
        "criteria": pgettext("handbook", "order of choice"),
        "day_minutes": pgettext("handbook", "minutes of a working day"),
        "days": pgettext("handbook", "days"),
        "default": pgettext("handbook", "default"),
        "definition": pgettext("handbook", "definition"),
        "delay_minutes": pgettext("handbook", "minutes before it is sent"),
        "department": pgettext("handbook", "department"),
        "do": pgettext("handbook", "do"),
        "dont": pgettext("handbook", "do not"),
        "duties": pgettext("handbook", "duties"),
        "emergency_may_skip_here": pgettext("handbook", "emergencies may come here directly"),
        "entitlements": pgettext("handbook", "entitlements"),
        "examples": pgettext("handbook", "examples"),
        "expected": pgettext("handbook", "expected result"),
        "expires_days": pgettext("handbook", "days it stays open"),
        "follow_up_minutes": pgettext("handbook", "minutes to follow up"),
        "forgivable": pgettext("handbook", "may be excepted"),
    }


def _labels_of_work() -> dict[str, str]:
    return {
        "highest": pgettext("handbook", "highest score"),
        "key_node": pgettext("handbook", "key node"),
        "keywords": pgettext("handbook", "keywords"),
        "kinds": pgettext("handbook", "kinds"),
        "lane_of_class": pgettext("handbook", "lane of a class"),
        "lanes": pgettext("handbook", "lanes"),
        "limit": pgettext("handbook", "limit"),
        "low_at": pgettext("handbook", "low score"),
        "lowest": pgettext("handbook", "lowest score"),
        "max_minutes": pgettext("handbook", "minutes at most"),
        "met_by": pgettext("handbook", "kept when"),
        "min_level": pgettext("handbook", "level at least"),
        "mode": pgettext("handbook", "mode"),
        "next": pgettext("handbook", "next step"),
        "observes_holidays": pgettext("handbook", "closed on holidays"),
        "on_breach_of": pgettext("handbook", "by itself when broken"),
        "on_form": pgettext("handbook", "on the form"),
        "overflow": pgettext("handbook", "overflow"),
        "owner": pgettext("handbook", "owner"),
        "pausable": pgettext("handbook", "may pause"),
        "period": pgettext("handbook", "period"),
        "permissions": pgettext("handbook", "permissions"),
        "process": pgettext("handbook", "process"),
        "purpose": pgettext("handbook", "purpose"),
        "question": pgettext("handbook", "question"),
        "quiet_days": pgettext("handbook", "days between two surveys"),
        "quota": pgettext("handbook", "quota"),
        "rank": pgettext("handbook", "rank"),
        "renews": pgettext("handbook", "renews itself"),
        "resource_factor": pgettext("handbook", "resource factor"),
    }


def _labels_of_words() -> dict[str, str]:
    return {
        "resources": pgettext("handbook", "resources"),
        "resumes_on_reply": pgettext("handbook", "ends with a reply"),
        "role": pgettext("handbook", "role"),
        "roles": pgettext("handbook", "roles"),
        "scale": pgettext("handbook", "scale"),
        "sends_on": pgettext("handbook", "sent when"),
        "service_class": pgettext("handbook", "class"),
        "service_classes": pgettext("handbook", "classes"),
        "severity_default": pgettext("handbook", "usual severity"),
        "situation": pgettext("handbook", "situation"),
        "size_max": pgettext("handbook", "largest size"),
        "size_min": pgettext("handbook", "least size"),
        "solved": pgettext("handbook", "counts as solved"),
        "source": pgettext("handbook", "source"),
        "starts_on": pgettext("handbook", "from when"),
        "steps": pgettext("handbook", "steps"),
        "subject": pgettext("handbook", "subject"),
        "survey": pgettext("handbook", "survey"),
        "text": pgettext("handbook", "words"),
        "tiers": pgettext("handbook", "tiers"),
        "title": pgettext("handbook", "title"),
        "to": pgettext("handbook", "to"),
        "topics": pgettext("handbook", "types"),
        "unit": pgettext("handbook", "unit"),
        "value": pgettext("handbook", "value"),
        "warn_at": pgettext("handbook", "warnings"),
        "weekly": pgettext("handbook", "hours"),
        "within_minutes": pgettext("handbook", "minutes"),
        "zone": pgettext("handbook", "zone"),
    }


def _in(text: Text) -> str:
    return text.in_(get_language() or "zh-hans")
