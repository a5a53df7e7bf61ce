"""Checks what one rule says against what the others say."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import available_timezones

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from libin.handbook.schema import PLACEHOLDERS, Entry, HandbookSource, Strict
from libin.handbook.schema.basis import Condition
from libin.handbook.schema.permissions import PERMISSIONS, SOMEBODY_MUST
from libin.handbook.schema.practice import LEAST_DAYS, NEEDED_LIMITS, NEEDED_RETENTION
from libin.handbook.schema.service import CalendarEntry
from libin.handbook.source.gathering import Gathered
from libin.handbook.source.problems import Mark, Path, Problem, did_you_mean
from libin.handbook.source.steps import check_processes

PARTS_SHOWN = frozenset(HandbookSource.model_fields) - {"handbook"}
_SLOT = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Names:
    """Names that rooms have registered and a handbook may use."""

    facts: frozenset[str]


class Checker:
    """One source under examination."""

    def __init__(self, source: HandbookSource, gathered: Gathered, names: Names | None) -> None:
        self.source = source
        self.gathered = gathered
        self.names = names
        self.note = gathered.note

    def known(self, word: str, among: Collection[str], path: Path, what: str) -> None:
        """Note a problem unless the word is a code of that section."""
        if word not in among:
            self.note(
                path,
                _('There is no %(what)s "%(word)s".') % {"what": what, "word": word},
                did_you_mean(word, among),
            )

    def all_known(
        self, words: Iterable[str], among: Collection[str], path: Path, what: str
    ) -> None:
        """The same for every item of a list."""
        for index, word in enumerate(words):
            self.known(word, among, (*path, index), what)

    def event(self, word: str, path: Path) -> None:
        """Note a problem unless some room can state this fact."""
        if self.names and word != "manual" and not word.startswith("step:"):
            self.known(word, self.names.facts, path, pgettext("handbook", "event"))

    def condition(self, when: Condition, path: Path) -> None:
        """Every name of a condition must exist."""
        source = self.source
        self.all_known(when.kinds, source.kinds, (*path, "kinds"), pgettext("handbook", "kind"))
        self.all_known(
            when.severities,
            source.severities,
            (*path, "severities"),
            pgettext("handbook", "severity"),
        )
        self.all_known(
            when.classes, source.service_classes, (*path, "classes"), pgettext("handbook", "class")
        )
        self.all_known(when.tiers, source.tiers, (*path, "tiers"), pgettext("handbook", "tier"))


def check(source: HandbookSource, gathered: Gathered, names: Names | None) -> Mapping[str, Mark]:
    """Note every contradiction; returns where each rule id stands."""
    checker = Checker(source, gathered, names)
    for part in _PARTS:
        part(checker)
    check_processes(checker)
    return _ids(checker)


def _ids(checker: Checker) -> Mapping[str, Mark]:
    """Ids are given once; every rule has a source and an owner who exists."""
    places: dict[str, Mark] = {}
    for path, entry in entries(checker.source):
        place = checker.gathered.place((*path, "id"))
        if first := places.get(entry.id):
            checker.note(
                (*path, "id"),
                _('The id "%(id)s" is already taken in %(file)s, line %(line)d.')
                % {"id": entry.id, "file": first.file, "line": first.line},
                _("Give one of the two rules an id of its own."),
            )
        places.setdefault(entry.id, place)
        if entry.source is None:
            checker.note(
                path,
                _("This rule does not say where it comes from."),
                _("Add source:, or defaults: with source: once for the whole file."),
            )
        if entry.owner is None:
            checker.note(
                path,
                _("Nobody answers for this rule."),
                _(
                    "Add owner: with the code of a role, or defaults: with owner: once for the file."
                ),
            )
        else:
            checker.known(
                entry.owner, checker.source.roles, (*path, "owner"), pgettext("handbook", "role")
            )
    for index, chapter in enumerate(checker.source.handbook.chapters):
        if chapter.id in places:
            checker.note(
                ("handbook", "chapters", index, "id"),
                _('The id "%(id)s" is already taken in %(file)s, line %(line)d.')
                % {
                    "id": chapter.id,
                    "file": places[chapter.id].file,
                    "line": places[chapter.id].line,
                },
                _("Give the chapter an id of its own."),
            )
        places.setdefault(chapter.id, checker.gathered.place(("handbook", "chapters", index, "id")))
    return places


def entries(source: HandbookSource) -> Iterable[tuple[Path, Entry]]:
    """Every rule of the source with its path."""
    yield from _entries((), source)


def _entries(path: Path, here: object) -> Iterable[tuple[Path, Entry]]:
    if isinstance(here, Entry):
        yield path, here
    if isinstance(here, Strict):
        for name in type(here).model_fields:
            yield from _entries((*path, name), getattr(here, name))
    elif isinstance(here, dict):
        for code, value in here.items():
            yield from _entries((*path, code), value)
    elif isinstance(here, list):
        for index, value in enumerate(here):
            yield from _entries((*path, index), value)


def _cover(checker: Checker) -> None:
    book, source = checker.source.handbook, checker.source
    checker.known(
        book.default_tier, source.tiers, ("handbook", "default_tier"), pgettext("handbook", "tier")
    )
    checker.all_known(
        book.acknowledged_by,
        source.roles,
        ("handbook", "acknowledged_by"),
        pgettext("handbook", "role"),
    )
    _zone(checker, book.zone, ("handbook", "zone"))
    used = set()
    for index, chapter in enumerate(book.chapters):
        path: Path = ("handbook", "chapters", index)
        for language in ("zh", "en"):
            name = f"{chapter.prose}.{language}.md"
            used.add(name)
            if not checker.gathered.prose.get(name, "").strip():
                checker.note(
                    (*path, "prose"),
                    _("The prose %(file)s is missing or empty.") % {"file": name},
                    _("Write that file: every chapter is there in both languages."),
                )
        for place, part in enumerate(chapter.shows):
            section, _colon, code = part.partition(":")
            checker.known(
                section, PARTS_SHOWN, (*path, "shows", place), pgettext("handbook", "section")
            )
            among = getattr(source, section, None)
            if code and isinstance(among, dict):
                checker.known(code, among, (*path, "shows", place), pgettext("handbook", "rule"))
    for name in sorted(set(checker.gathered.prose) - used):
        checker.gathered.problems.append(
            Problem(
                name,
                1,
                1,
                "",
                _("No chapter shows this prose."),
                _("Name it under chapters: in handbook.yaml, or take the file out."),
            )
        )


def _service(checker: Checker) -> None:
    source = checker.source
    for code, tier in source.tiers.items():
        path: Path = ("tiers", code)
        checker.known(
            tier.service_class,
            source.service_classes,
            (*path, "service_class"),
            pgettext("handbook", "class"),
        )
        checker.all_known(
            tier.entitlements,
            source.entitlements,
            (*path, "entitlements"),
            pgettext("handbook", "entitlement"),
        )
        if code in source.service_classes:
            checker.note(
                path,
                _('"%(code)s" is the code of a tier and of a class.') % {"code": code},
                _("Give one of them another code."),
            )
    for section in ("tiers", "service_classes", "severities", "complexities", "levels", "lanes"):
        _ranks(checker, section)
    for code, kind in source.kinds.items():
        path = ("kinds", code)
        checker.known(
            kind.process, source.processes, (*path, "process"), pgettext("handbook", "process")
        )
        checker.known(
            kind.severity_default,
            source.severities,
            (*path, "severity_default"),
            pgettext("handbook", "severity"),
        )
        if kind.survey:
            checker.known(
                kind.survey, source.surveys, (*path, "survey"), pgettext("handbook", "survey")
            )
    defaults = [code for code, kind in source.kinds.items() if kind.default]
    if len(defaults) != 1:
        checker.note(
            ("kinds",),
            _("Exactly one kind must be the default; here are %(count)d.")
            % {"count": len(defaults)},
            _("Write default: true at one kind only."),
        )
    for code, channel in source.channels.items():
        checker.known(
            channel.coverage,
            source.calendars,
            ("channels", code, "coverage"),
            pgettext("handbook", "calendar"),
        )
    for code, outcome in source.outcomes.items():
        checker.all_known(
            outcome.kinds, source.kinds, ("outcomes", code, "kinds"), pgettext("handbook", "kind")
        )
    for kind_code in source.kinds:
        if not any(not o.kinds or kind_code in o.kinds for o in source.outcomes.values()):
            checker.note(
                ("outcomes",),
                _('A case of kind "%(kind)s" has no way to end.') % {"kind": kind_code},
                _("Add an outcome for it, or one without kinds."),
            )


def _ranks(checker: Checker, section: str) -> None:
    taken: dict[int, str] = {}
    for code, entry in getattr(checker.source, section).items():
        if other := taken.get(entry.rank):
            checker.note(
                (section, code, "rank"),
                _('"%(other)s" already has rank %(rank)d.') % {"other": other, "rank": entry.rank},
                _("Give every rank once."),
            )
        taken.setdefault(entry.rank, code)


def _calendars(checker: Checker) -> None:
    for code, calendar in checker.source.calendars.items():
        _zone(checker, calendar.zone, ("calendars", code, "zone"))
        _hours(checker, code, calendar)


def _zone(checker: Checker, zone: str, path: Path) -> None:
    if zone not in available_timezones():
        checker.note(
            path,
            _('There is no time zone "%(zone)s".') % {"zone": zone},
            did_you_mean(zone, available_timezones()),
        )


def _hours(checker: Checker, code: str, calendar: CalendarEntry) -> None:
    if not any(calendar.hours.values()):
        checker.note(
            ("calendars", code, "hours"),
            _("This calendar never opens."),
            _("Give at least one day hours."),
        )
    for day, spans in calendar.hours.items():
        for index in range(1, len(spans)):
            if spans[index].split("-")[0] < spans[index - 1].split("-")[1]:
                checker.note(
                    ("calendars", code, "hours", day, index),
                    _("These hours overlap the ones before."),
                    _("List the hours of a day in order, without overlap."),
                )


def _staffing(checker: Checker) -> None:
    source = checker.source
    for code, role in source.roles.items():
        checker.all_known(
            role.permissions,
            PERMISSIONS,
            ("roles", code, "permissions"),
            pgettext("handbook", "permission"),
        )
    for permission in SOMEBODY_MUST:
        if not any(permission in role.permissions for role in source.roles.values()):
            checker.note(
                ("roles",),
                _('No role holds "%(permission)s".') % {"permission": permission},
                _("Give it to at least one role, or nobody could do it any more."),
            )
    for code, group in source.groups.items():
        checker.all_known(
            group.roles, source.roles, ("groups", code, "roles"), pgettext("handbook", "role")
        )
    for code, team in source.teams.items():
        path: Path = ("teams", code)
        checker.known(
            team.department,
            source.departments,
            (*path, "department"),
            pgettext("handbook", "department"),
        )
        checker.all_known(team.lanes, source.lanes, (*path, "lanes"), pgettext("handbook", "lane"))
        checker.all_known(team.kinds, source.kinds, (*path, "kinds"), pgettext("handbook", "kind"))
        if team.size_min > team.size_max:
            checker.note(
                (*path, "size_min"),
                _("The least size is greater than the largest."),
                _("Exchange size_min and size_max."),
            )
    for index, overflow in enumerate(source.routing.overflow):
        if overflow.to.startswith("team:"):
            checker.known(
                overflow.to[5:],
                source.teams,
                ("routing", "overflow", index, "to"),
                pgettext("handbook", "team"),
            )
    for code, rung in source.escalation.items():
        path = ("escalation", code)
        checker.known(rung.role, source.roles, (*path, "role"), pgettext("handbook", "role"))
        checker.all_known(
            rung.on_breach_of,
            source.promises,
            (*path, "on_breach_of"),
            pgettext("handbook", "promise"),
        )


def _lanes(checker: Checker) -> None:
    source = checker.source
    of_class: dict[str, str] = {}
    for code, lane in source.lanes.items():
        checker.known(
            lane.min_level,
            source.levels,
            ("lanes", code, "min_level"),
            pgettext("handbook", "level"),
        )
        checker.all_known(
            lane.classes,
            source.service_classes,
            ("lanes", code, "classes"),
            pgettext("handbook", "class"),
        )
        for index, service_class in enumerate(lane.classes):
            if other := of_class.get(service_class):
                checker.note(
                    ("lanes", code, "classes", index),
                    _('Class "%(code)s" already waits in lane "%(other)s".')
                    % {"code": service_class, "other": other},
                    _("Give every class one lane."),
                )
            of_class.setdefault(service_class, code)
        if not any(code in team.lanes for team in source.teams.values()):
            checker.note(
                ("lanes", code),
                _("No team serves this lane."),
                _("Name the lane at one of the teams."),
            )
    for service_class in source.service_classes:
        if service_class not in of_class:
            checker.note(
                ("lanes",),
                _('Class "%(code)s" waits in no lane.') % {"code": service_class},
                _("Name it under classes: of one lane."),
            )


def _pauses(checker: Checker) -> None:
    promises = checker.source.promises
    for code, reason in checker.source.pause_reasons.items():
        path: Path = ("pause_reasons", code, "applies_to")
        checker.all_known(reason.applies_to, promises, path, pgettext("handbook", "promise"))
        for index, promise in enumerate(reason.applies_to):
            if promise in promises and not promises[promise].pausable:
                checker.note(
                    (*path, index),
                    _('The promise "%(code)s" may not be paused.') % {"code": promise},
                    _("Take it out, or write pausable: true at the promise."),
                )


def _templates(checker: Checker) -> None:
    source = checker.source
    for code, template in source.templates.items():
        path: Path = ("templates", code)
        checker.condition(template.when, (*path, "when"))
        texts = {"body": template.body} | (
            {"subject": template.subject} if template.subject else {}
        )
        for key, words in texts.items():
            for language in ("zh", "en"):
                _slots(checker, getattr(words, language), (*path, key, language))
    for purpose in ("acknowledgement", "survey"):
        plain = [t for t in source.templates.values() if t.purpose == purpose]
        if not any(t.when == Condition() for t in plain):
            checker.note(
                ("templates",),
                _('No template of purpose "%(purpose)s" fits every case.') % {"purpose": purpose},
                _("Add one without a condition as the last of its purpose."),
            )


def _slots(checker: Checker, text: str, path: Path) -> None:
    for slot in _SLOT.findall(text):
        checker.known(slot, PLACEHOLDERS, path, pgettext("handbook", "placeholder"))
    if _SLOT.sub("", text).count("{") or _SLOT.sub("", text).count("}"):
        checker.note(
            path,
            _("A curly bracket stands alone."),
            _("Write placeholders as {customer_name}; leave single brackets out."),
        )


def _surveys(checker: Checker) -> None:
    for code, survey in checker.source.surveys.items():
        path: Path = ("surveys", code)
        checker.event(survey.sends_on, (*path, "sends_on"))
        scores = sorted(point.score for point in survey.scale)
        if len(set(scores)) != len(scores):
            checker.note(
                (*path, "scale"), _("A score stands here twice."), _("Give every score once.")
            )
        if survey.low_at not in scores:
            checker.note(
                (*path, "low_at"),
                _("low_at is not a score of this scale."),
                _("Write the highest score that counts as low."),
            )
        for score in scores:
            bands = [b for b in survey.bands.values() if b.lowest <= score <= b.highest]
            if len(bands) != 1:
                checker.note(
                    (*path, "bands"),
                    _("Score %(score)d falls into %(count)d bands.")
                    % {"score": score, "count": len(bands)},
                    _("Let every score fall into exactly one band."),
                )


def _practice(checker: Checker) -> None:
    source = checker.source
    for code, unit in NEEDED_LIMITS.items():
        limit = source.limits.get(code)
        if limit is None:
            _needed(checker, "limits", code)
        elif limit.unit != unit:
            checker.note(
                ("limits", code, "unit"),
                _('This limit is counted in "%(unit)s".') % {"unit": unit},
                _("Write unit: %(unit)s and the value in that unit.") % {"unit": unit},
            )
    for code in sorted(NEEDED_RETENTION - set(source.retention)):
        _needed(checker, "retention", code)
    for code, least in LEAST_DAYS.items():
        if code in source.retention and source.retention[code].days < least:
            checker.note(
                ("retention", code, "days"),
                _("These records must be kept at least %(days)d days.") % {"days": least},
                _("Write %(days)d or more.") % {"days": least},
            )


def _needed(checker: Checker, section: str, code: str) -> None:
    checker.note(
        (section,),
        _('"%(code)s" is missing; the product cannot run without it.') % {"code": code},
        _("Add it to the section %(section)s.") % {"section": section},
    )


_PARTS: tuple[Callable[[Checker], None], ...] = (
    _cover,
    _service,
    _calendars,
    _staffing,
    _lanes,
    _pauses,
    _templates,
    _surveys,
    _practice,
)
