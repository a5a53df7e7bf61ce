"""Reads YAML into plain values and remembers where each stood; refuses what no handbook needs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, Final

import yaml
from django.utils.translation import gettext as _

from libin.handbook.source.problems import Mark, Path, Problem, key_of

MAX_FILE: Final = 512 * 1024
MAX_FILES: Final = 300
MAX_ALL: Final = 6 * 1024 * 1024
MAX_DEPTH: Final = 16
SUFFIXES: Final = (".yaml", ".md")

_INT = re.compile(r"[-+]?(0|[1-9][0-9_]*)\Z")
_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]+\Z")
_WORDS: Final[Mapping[str, Any]] = {
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    "": None,
}


@dataclass(slots=True)
class Document:
    """One YAML file: its data, and the mark of every key and item by path."""

    data: Any = None
    marks: dict[Path, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_folder(folder: FilePath) -> dict[str, str]:
    """The files of a handbook by their path below the folder.

    Hidden files are passed over. Raises ``OSError`` when the folder cannot be read and ``UnicodeDecodeError``
    for a file that is not UTF-8.
    """
    files: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if any(part.startswith(".") for part in name.parts) or not path.is_file():
            continue
        if path.suffix not in SUFFIXES:
            continue
        if path.is_symlink() or path.stat().st_size > MAX_FILE:
            files[name.as_posix()] = "\0" if path.is_symlink() else " " * (MAX_FILE + 1)
            continue
        files[name.as_posix()] = path.read_text(encoding="utf-8-sig")
    return files


def unfit_files(files: Mapping[str, str]) -> list[Problem]:
    """Problems of size and name, found before anything is parsed."""
    problems = []
    if len(files) > MAX_FILES or sum(len(text) for text in files.values()) > MAX_ALL:
        problems.append(
            Problem(
                "",
                1,
                1,
                "",
                _("The handbook is too large."),
                _("Take out files that no rule needs."),
            )
        )
    for name, text in files.items():
        if not name.endswith(SUFFIXES) or name.startswith("/") or ".." in name.split("/"):
            wrong, remedy = (
                _("This is no handbook file."),
                _("Name it *.yaml or *.md inside the folder."),
            )
        elif len(text.encode()) > MAX_FILE:
            wrong, remedy = _("This file is larger than 512 KB."), _("Split it into several files.")
        elif "\0" in text:
            wrong, remedy = (
                _("This file is not plain text."),
                _("Save it as UTF-8 text; links are not followed."),
            )
        else:
            continue
        problems.append(Problem(name, 1, 1, "", wrong, remedy))
    return problems


def read_yaml(file: str, text: str) -> Document:
    """One file as plain values: mappings, lists, text, whole and decimal numbers, true, false and null."""
    document = Document()
    for number, line in enumerate(text.splitlines(), 1):
        indent = line[: len(line) - len(line.lstrip())]
        if "\t" in indent:
            document.problems.append(
                Problem(
                    file,
                    number,
                    indent.index("\t") + 1,
                    "",
                    _("A tab indents this line."),
                    _("Indent with spaces only."),
                )
            )
    if document.problems:
        return document
    try:
        _Reader(file, document).read(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        document.problems.append(
            Problem(
                file,
                (mark.line + 1) if mark else 1,
                (mark.column + 1) if mark else 1,
                "",
                _("This is not YAML: %(what)s.") % {"what": error.problem or error.context or ""},
                _("Look for a missing colon, quote or bracket on this line or the one above."),
            )
        )
    except yaml.YAMLError as error:
        document.problems.append(
            Problem(
                file,
                1,
                1,
                "",
                _("This is not YAML: %(what)s.") % {"what": str(error)},
                _("Save the file as plain UTF-8 text."),
            )
        )
    except _Refused:
        pass
    return document


class _Refused(Exception):
    pass


class _Reader:
    """Builds values from the parser's events, so that an alias is refused before it can grow."""

    def __init__(self, file: str, document: Document) -> None:
        self.file = file
        self.document = document

    def read(self, text: str) -> None:
        self.events = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        seen = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                seen += 1
                if seen > 1:
                    self._note(
                        event, (), _("A second document begins here."), _("Take the line --- out.")
                    )
                    raise _Refused
                self.document.data = self._value(next(self.events), ())

    def _value(self, event: Any, path: Path) -> Any:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._note(
                event,
                path,
                _("Anchors and aliases (& and *) are not allowed."),
                _("Write the value out where it is needed."),
            )
            raise _Refused
        if event.tag is not None:
            self._note(event, path, _("Tags (!) are not allowed."), _("Write the plain value."))
            raise _Refused
        self.document.marks.setdefault(path, self._mark(event))
        if len(path) > MAX_DEPTH:
            self._note(
                event, path, _("This is nested too deeply."), _("Bring it nearer to the margin.")
            )
            raise _Refused
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return _scalar(event)

    def _mapping(self, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._value(event, path)
                self._note(event, path, _("A key must be a plain word."), _("Write key: value."))
                raise _Refused
            key = event.value
            here = (*path, key)
            if key == "<<":
                self._note(event, here, _("Merging (<<) is not allowed."), _("Write the keys out."))
                raise _Refused
            if key in values:
                first = self.document.marks[here].line
                self._note(
                    event,
                    here,
                    _("This key stands here a second time; first in line %(line)d.")
                    % {"line": first},
                    _("Keep one of the two."),
                )
                self._value(next(self.events), (*path, f"{key} (2)"))
                continue
            self.document.marks[here] = self._mark(event)
            values[key] = self._value(next(self.events), here)
        return values

    def _sequence(self, path: Path) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            values.append(self._value(event, (*path, len(values))))
        return values

    def _mark(self, event: Any) -> Mark:
        return Mark(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _note(self, event: Any, path: Path, wrong: str, remedy: str) -> None:
        mark = self._mark(event)
        self.document.problems.append(
            Problem(self.file, mark.line, mark.column, key_of(path), wrong, remedy)
        )


def _scalar(event: Any) -> Any:
    text: str = event.value
    if not event.implicit[0] or event.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text) and len(text) < 16:
        return int(text.replace("_", ""))
    if _FLOAT.match(text) and len(text) < 24:
        return float(text)
    return text
