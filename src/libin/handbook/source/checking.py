"""Checks what one rule says against what the others say."""

from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from libin.handbook.schema import Entry, HandbookSource, Strict
from libin.handbook.source.checker import Checker, Names
from libin.handbook.source.gathering import Gathered
from libin.handbook.source.manning import check_lanes, check_staffing
from libin.handbook.source.problems import Mark, Path, Problem
from libin.handbook.source.serving import (
    check_calendars,
    check_endings,
    check_kinds,
    check_service,
)
from libin.handbook.source.steps import check_processes
from libin.handbook.source.wording import (
    check_pauses,
    check_practice,
    check_surveys,
    check_templates,
)

PARTS_SHOWN = frozenset(HandbookSource.model_fields) - {"handbook"}


def check(source: HandbookSource, gathered: Gathered, names: Names | None) -> Mapping[str, Mark]:
    """Note every contradiction; returns where each rule id stands."""
    checker = Checker(source, gathered, names)
    for part in _PARTS:
        part(checker)
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
    checker.zone(book.zone, ("handbook", "zone"))
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


_PARTS: tuple[Callable[[Checker], None], ...] = (
    _cover,
    check_service,
    check_kinds,
    check_endings,
    check_calendars,
    check_staffing,
    check_lanes,
    check_pauses,
    check_templates,
    check_surveys,
    check_practice,
    check_processes,
)
