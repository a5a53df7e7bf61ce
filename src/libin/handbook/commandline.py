"""The command `libin handbook`: check, compare, publish and export a handbook, and its schema for editors."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from libin.handbook import actions, queries
from libin.handbook.comparing import compare
from libin.handbook.models import HandbookVersion
from libin.handbook.rules import Handbook
from libin.handbook.schema import json_schema
from libin.handbook.source import HandbookProblems, load
from libin.handbook.source.reading import read_folder
from libin.kernel import clock
from libin.kernel.access import SYSTEM
from libin.kernel.errors import Refusal


def run(argv: Sequence[str], *, instant: Callable[[], datetime] = clock.now) -> int:
    """Answer one command line; 0 when all is well, 1 when something was wrong, 2 for a wrong command.

    ``instant`` tells when the command is given.
    """
    with translation.override("en" if os.environ.get("LIBIN_LANGUAGE") == "en" else "zh-hans"):
        try:
            asked = _parser().parse_args(argv)
            asked.at = instant()
        except SystemExit as told:
            return int(told.code or 0)
        try:
            answer: Callable[[argparse.Namespace], int] = asked.answer
            return answer(asked)
        except HandbookProblems as problems:
            for problem in problems.problems:
                _complain(str(problem))
            _complain(str(problems))
        except Refusal as refusal:
            _complain(str(refusal))
        except (OSError, UnicodeDecodeError, ValueError) as trouble:
            _complain(str(trouble))
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="libin handbook", description=_("Look after the handbook.")
    )
    commands = parser.add_subparsers(metavar=_("COMMAND"), required=True)
    check = commands.add_parser("check", help=_("say everything that is wrong with a folder"))
    check.add_argument("folder", type=Path)
    check.set_defaults(answer=_check)
    diff = commands.add_parser("diff", help=_("say in words what changes between two handbooks"))
    which = _("a folder, a version's number, or nothing for the version in force")
    diff.add_argument("first", help=which)
    diff.add_argument("second", nargs="?", help=which)
    diff.set_defaults(answer=_diff)
    publish = commands.add_parser("publish", help=_("publish a folder as the next version"))
    publish.add_argument("folder", type=Path)
    publish.add_argument(
        "--effective", metavar="INSTANT", help=_("for example 2027-01-01T00:00; now when left out")
    )
    publish.set_defaults(answer=_publish)
    export = commands.add_parser("export", help=_("write a version's files into an empty folder"))
    export.add_argument("folder", type=Path)
    export.add_argument("--number", type=int, help=_("the version in force when left out"))
    export.set_defaults(answer=_export)
    schema = commands.add_parser("schema", help=_("print the JSON Schema of a handbook file"))
    schema.set_defaults(answer=_schema)
    return parser


def _check(asked: argparse.Namespace) -> int:
    handbook = load(_files(asked.folder), names=queries.registered_names()).handbook
    _say(
        _("%(title)s: %(count)d rules, nothing to mend.")
        % {"title": _title(handbook), "count": len(handbook.rules)}
    )
    return 0


def _diff(asked: argparse.Namespace) -> int:
    if asked.second is None:
        before, after = queries.in_force(asked.at), _handbook(asked.first)
    else:
        before, after = _handbook(asked.first), _handbook(asked.second)
    changes = compare(before, after)
    for change in changes:
        _say(f"{change}  [{change.rule_id}]")
    if not changes:
        _say(_("Nothing changes."))
    return 0


def _publish(asked: argparse.Namespace) -> int:
    files = _files(asked.folder)
    effective_at = asked.at
    if asked.effective:
        zone = ZoneInfo(load(files).handbook.zone)
        effective_at = datetime.fromisoformat(asked.effective)
        if effective_at.tzinfo is None:
            effective_at = effective_at.replace(tzinfo=zone)
    row = actions.publish_version(files=files, effective_at=effective_at, by=SYSTEM, at=asked.at)
    _say(
        _("Version %(number)d is published; in force from %(instant)s. SHA-256 %(sha)s")
        % {
            "number": row.number,
            "instant": row.effective_at.isoformat(timespec="minutes") if row.effective_at else "",
            "sha": row.sha256,
        }
    )
    return 0


def _export(asked: argparse.Namespace) -> int:
    if asked.folder.exists() and any(asked.folder.iterdir()):
        raise ValueError(_("%(folder)s is not empty.") % {"folder": asked.folder})
    for name, text in _exported(asked).files.items():
        path = asked.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    _say(_("Written to %(folder)s.") % {"folder": asked.folder})
    return 0


def _schema(_asked: argparse.Namespace) -> int:
    _say(json.dumps(json_schema(), ensure_ascii=False, indent=2))
    return 0


def _files(folder: Path) -> Mapping[str, str]:
    if not folder.is_dir():
        raise NotADirectoryError(_("%(folder)s is not a folder.") % {"folder": folder})
    return read_folder(folder)


def _handbook(which: str) -> Handbook:
    if which.isdecimal():
        return queries.version(_row(int(which)).pk)
    return load(_files(Path(which))).handbook


def _exported(asked: argparse.Namespace) -> HandbookVersion:
    if asked.number is None:
        return HandbookVersion.objects.get(pk=queries.in_force(asked.at).version_id)
    return _row(asked.number)


def _row(number: int) -> HandbookVersion:
    row = HandbookVersion.objects.filter(number=number).first()
    if row is None:
        raise ValueError(_("There is no version %(number)d.") % {"number": number})
    return row


def _title(handbook: Handbook) -> str:
    return handbook.title.in_(translation.get_language() or "zh-hans")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


def _complain(words: str) -> None:
    sys.stderr.write(f"{words}\n")
