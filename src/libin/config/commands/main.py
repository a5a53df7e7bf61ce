"""The words of the `libin` command line, and which function answers to each."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date

import psycopg
from django.utils.module_loading import import_string

from libin.config.commands import words
from libin.config.commands.words import _, complain
from libin.kernel.postgres import PostgresProblem

ANSWERS = {
    "up": "libin.config.commands.starting.up",
    "web": "libin.config.commands.starting.web",
    "worker": "libin.config.commands.starting.work",
    "prepare": "libin.config.commands.preparing.prepare",
    "setup": "libin.config.commands.preparing.set_up",
    "migrate": "libin.config.commands.preparing.migrate",
    "backup": "libin.config.commands.keeping.back_up",
    "restore": "libin.config.commands.keeping.restore",
    "check": "libin.config.commands.keeping.check",
    "handbook": "libin.config.commands.preparing.handbook",
    "holidays": "libin.config.commands.holidays.holidays",
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="libin", description=_("Libin: a customer-service platform that runs the handbook.")
    )
    parser.add_argument(
        "--language", choices=words.LANGUAGES, help=_("the language of this command's words")
    )
    commands = parser.add_subparsers(dest="command", metavar=_("COMMAND"), required=True)
    _add_running(commands.add_parser)
    _add_keeping(commands.add_parser)
    _add_holidays(commands.add_parser)
    commands.add_parser("handbook", help=_("check, compare, publish or export a handbook"))
    return parser


def _add_running(add: Callable[..., argparse.ArgumentParser]) -> None:
    up = add("up", help=_("start everything: database, web and worker"))
    up.add_argument(
        "--demo", action="store_true", help=_("with a demo organisation in its 90th day")
    )
    _add_address(up)
    up.add_argument(
        "--web-processes", type=int, default=2, metavar="N", help=_("how many web processes")
    )
    web = add("web", help=_("one web process, for servers run by hand"))
    _add_address(web)
    web.add_argument("--fd", type=int, help=argparse.SUPPRESS)
    web.add_argument("--gate", type=int, help=argparse.SUPPRESS)
    add("worker", help=_("one worker process: everything that happens by itself"))
    prepare = add("prepare", help=_("migrate the database, load the handbook if there is none"))
    prepare.add_argument(
        "--demo", action="store_true", help=_("with a demo organisation in its 90th day")
    )
    add("migrate", help=_("bring the database to the form of this version"))


def _add_address(command: argparse.ArgumentParser) -> None:
    command.add_argument("--host", default=os.environ.get("LIBIN_HOST", "127.0.0.1"))
    command.add_argument("--port", type=int, default=int(os.environ.get("LIBIN_PORT", "8000")))


def _add_keeping(add: Callable[..., argparse.ArgumentParser]) -> None:
    setup = add("setup", help=_("make an empty organisation with its first administrator"))
    setup.add_argument("--email", help=_("the administrator's e-mail address"))
    setup.add_argument("--name", help=_("the administrator's name"))
    setup.add_argument(
        "--password-file", metavar="FILE", help=_("a file whose first line is the password")
    )
    backup = add("backup", help=_("write database, files and keys to one file"))
    backup.add_argument("file", metavar="FILE")
    restore = add("restore", help=_("read a backup into an empty installation, and verify it"))
    restore.add_argument("file", metavar="FILE")
    restore.add_argument(
        "--replace", action="store_true", help=_("even if the installation is not empty")
    )
    add("check", help=_("say how the installation is: database, worker, disk, owed work"))


def _add_holidays(add: Callable[..., argparse.ArgumentParser]) -> None:
    days = add("holidays", help=_("tell, enter or remove public holidays and make-up days"))
    days.add_argument(
        "--add",
        nargs="+",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help=_("days on which calendars that observe holidays are closed"),
    )
    days.add_argument("--name", default="", help=_("what the days added are called"))
    days.add_argument(
        "--working", action="store_true", help=_("the days added are worked, though at a weekend")
    )
    days.add_argument(
        "--remove",
        nargs="+",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help=_("days that are ordinary again"),
    )


def _divided(asked: Sequence[str]) -> tuple[str, list[str], list[str]]:
    """The language, which has to be known before the parser's own words are made; our words; the handbook's."""
    early = argparse.ArgumentParser(add_help=False)
    early.add_argument("--language", choices=words.LANGUAGES)
    known, rest = early.parse_known_args(asked)
    inherited = os.environ.get("LIBIN_LANGUAGE")
    language = inherited if inherited in words.LANGUAGES else words.language_of_terminal()
    at = 1 if rest[:1] == ["handbook"] else len(rest)
    return known.language or language, rest[:at], rest[at:]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status. Problems are told in words, never as a traceback of ours."""
    language, ours, theirs = _divided(list(sys.argv[1:] if argv is None else argv))
    words.speak(language)
    options = _parser().parse_args(ours)
    options.rest = theirs
    try:
        answer: Callable[[argparse.Namespace], int] = import_string(ANSWERS[options.command])
        return answer(options)
    except PostgresProblem as problem:
        return complain(words.problem_in_words(problem))
    except psycopg.OperationalError as problem:
        return complain(_("The database cannot be reached: %(reason)s", reason=problem))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
