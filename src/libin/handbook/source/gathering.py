"""Gathers the sections of all files into one source, keeping where everything stood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from libin.handbook.schema import SECTIONS
from libin.handbook.source.problems import Mark, Path, Problem, did_you_mean, key_of
from libin.handbook.source.reading import Document, read_yaml, unfit_files

WHOLE = frozenset({"handbook", "routing"})
"""Sections that stand in one file only; the others may be spread over several."""


@dataclass(slots=True)
class Gathered:
    """All sections of all files; `marks` says where each path stood; `prose` are the Markdown files."""

    data: dict[str, Any] = field(default_factory=dict)
    marks: dict[Path, Mark] = field(default_factory=dict)
    prose: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: Path) -> Mark:
        """The mark of a path, or of the nearest thing around it."""
        for length in range(len(path), 0, -1):
            if mark := self.marks.get(path[:length]):
                return mark
        return Mark("handbook.yaml")

    def note(self, path: Path, wrong: str, remedy: str) -> None:
        """Note a problem at a path."""
        mark = self.place(path)
        self.problems.append(
            Problem(mark.file, mark.line, mark.column, key_of(path), wrong, remedy)
        )


def gather(files: Mapping[str, str]) -> Gathered:
    """Read every file; problems are noted, never raised."""
    gathered = Gathered(problems=unfit_files(files))
    if gathered.problems:
        return gathered
    for name, text in sorted(files.items()):
        if name.endswith(".md"):
            gathered.prose[name] = text
            continue
        document = read_yaml(name, text)
        gathered.problems += document.problems
        if isinstance(document.data, dict):
            _take(name, document, gathered)
        elif document.data is not None or not document.problems:
            gathered.problems.append(
                Problem(
                    name,
                    1,
                    1,
                    "",
                    _("This file holds no sections."),
                    _("Begin with the name of a section, for example tiers:"),
                )
            )
    return gathered


def _take(name: str, document: Document, gathered: Gathered) -> None:
    defaults = document.data.pop("defaults", None) or {}
    for section, content in document.data.items():
        mark = document.marks[section,]
        if section not in SECTIONS:
            gathered.problems.append(
                Problem(
                    name,
                    mark.line,
                    mark.column,
                    section,
                    _("There is no section of this name."),
                    did_you_mean(section, SECTIONS),
                )
            )
            continue
        _inherit(content, defaults)
        if section in gathered.data and (
            section in WHOLE
            or not isinstance(content, dict)
            or not isinstance(gathered.data[section], dict)
        ):
            _twice((section,), mark, gathered)
        elif section in gathered.data:
            for code, entry in content.items():
                if code in gathered.data[section]:
                    _twice((section, code), document.marks[section, code], gathered)
                else:
                    gathered.data[section][code] = entry
        else:
            gathered.data[section] = content
        for path, place in document.marks.items():
            if path and path[0] == section:
                gathered.marks.setdefault(path, place)


def _twice(path: Path, mark: Mark, gathered: Gathered) -> None:
    first = gathered.place(path)
    gathered.problems.append(
        Problem(
            mark.file,
            mark.line,
            mark.column,
            key_of(path),
            _("This stands here a second time; first in %(file)s, line %(line)d.")
            % {"file": first.file, "line": first.line},
            _("Keep one of the two."),
        )
    )


def _inherit(content: Any, defaults: Mapping[str, Any]) -> None:
    """Give every rule inside the source and owner its file names once."""
    if isinstance(content, list):
        for item in content:
            _inherit(item, defaults)
    elif isinstance(content, dict):
        if "title" in content and "text" in content:
            for key in ("source", "owner"):
                if key in defaults:
                    content.setdefault(key, defaults[key])
        for value in content.values():
            _inherit(value, defaults)
