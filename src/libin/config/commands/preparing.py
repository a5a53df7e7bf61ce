"""Preparing an installation: its tables, its handbook, its first administrator, its demo."""

import argparse
import getpass
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string

from libin.config.commands.installation import Installation
from libin.config.commands.words import _, complain, language, say
from libin.kernel import clock
from libin.kernel.access import SYSTEM
from libin.kernel.errors import Refusal

DEMO = "libin.config.demo.loading"
_ONE_AT_A_TIME = 0x4C69_6262


class NoAdministratorsRole(Refusal):
    """The handbook in force has no role that may both appoint people and publish a handbook."""


def prepare(options: argparse.Namespace) -> int:
    """Everything that must be there before web and worker may start."""
    if options.demo:
        os.environ["LIBIN_DEMO"] = "1"
    with Installation().opened():
        if options.demo and import_string(f"{DEMO}.clear_if_unfinished")():
            say(_("The demo was interrupted while it was loaded; beginning again."))
        _bring_up_to_date()
        try:
            status = _ensure_demo() if options.demo else 0
            if not status:
                _ensure_handbook()
                _ensure_holidays()
        except Refusal as refusal:
            return complain(str(refusal))
    return status


def migrate(options: argparse.Namespace) -> int:
    """The tables alone."""
    with Installation().opened():
        if not _bring_up_to_date():
            say(_("The database has the form of this version."))
    return 0


def _bring_up_to_date() -> int:
    """Run what is missing, while others that want the same wait; how many steps there were."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
        try:
            executor = MigrationExecutor(connection)
            steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
            if steps:
                say(_("Bringing the database to this version: %(number)s steps ...", number=steps))
                begun = time.monotonic()
                cursor.execute("SET lock_timeout = '5s'")
                call_command("migrate", verbosity=0, interactive=False)
                say(_("  done in %(seconds)s s", seconds=f"{time.monotonic() - begun:.1f}"))
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_AT_A_TIME])
    connection.close()
    return steps


def _ensure_handbook() -> None:
    at = clock.now()
    if import_string("libin.handbook.queries.is_any_in_force")(at):
        return
    say(_("Publishing the default handbook ..."))
    files = import_string("libin.handbook.source.reading.read_folder")(
        settings.HANDBOOKS / "default"
    )
    import_string("libin.handbook.actions.publish_version")(
        files=files, effective_at=at, by=SYSTEM, at=at
    )


def _ensure_holidays() -> None:
    import_string("libin.config.holidays.ensure_holidays")(at=clock.now())


def _ensure_demo() -> int:
    is_loaded: Callable[[], bool] = import_string(f"{DEMO}.is_loaded")
    if not is_loaded():
        if import_string("libin.people.models.Staff").objects.exists():
            return complain(
                _(
                    "This installation has an organisation already: the demo needs an empty one."
                    " Set LIBIN_HOME to a new folder."
                )
            )
        say(_("Loading the demo organisation: 90 days of service ..."))
        begun = time.monotonic()
        import_string(f"{DEMO}.load")(_progress)
        say(_("  done in %(seconds)s s", seconds=f"{time.monotonic() - begun:.1f}"))
    say()
    say(_("Sign in as:"))
    sign_ins: Callable[[], Sequence[tuple[str, str, str]]] = import_string(f"{DEMO}.sign_ins")
    for who, email, password in sign_ins():
        say(f"  {who}: {email}  {password}")
    return 0


def _progress(line: str) -> None:
    say(f"  {line}")


def set_up(options: argparse.Namespace) -> int:
    """An empty organisation with its first administrator."""
    with Installation().opened():
        _bring_up_to_date()
        try:
            _ensure_handbook()
            _ensure_holidays()
            password = _password(options)
            colleague = import_string("libin.people.actions.joining.NewColleague")(
                email=options.email or _asked(_("E-mail address: ")),
                name=options.name or _asked(_("Name: ")),
                roles=[_administrators_role()],
                language="zh-hans" if language() == "zh" else "en",
            )
            staff = import_string("libin.people.actions.joining.create_first_administrator")(
                colleague=colleague, password=password, by=SYSTEM, at=clock.now()
            )
        except Refusal as refusal:
            return complain(str(refusal))
        except OSError as problem:
            return complain(
                _("The password file cannot be read: %(reason)s", reason=problem.strerror)
            )
    say(_("%(email)s is the first administrator. Start Libin with: libin up", email=staff.email))
    return 0


def _administrators_role() -> str:
    """The role of the handbook in force that may appoint people and publish; the one that may most."""
    roles = import_string("libin.handbook.queries.in_force")(clock.now()).roles.values()
    able = [role for role in roles if role.permissions >= {"people.grant", "handbook.publish"}]
    best = max(able, key=lambda role: len(role.permissions), default=None)
    if best is None:
        raise NoAdministratorsRole
    return str(best.code)


def _asked(question: str) -> str:
    sys.stdout.write(question)
    sys.stdout.flush()
    return sys.stdin.readline().strip()


def _password(options: argparse.Namespace) -> str:
    if options.password_file:
        with Path(options.password_file).open(encoding="utf-8") as file:
            return file.readline().rstrip("\r\n")
    while True:
        first = getpass.getpass(_("Password (12 characters or more): "))
        if first == getpass.getpass(_("The same again: ")):
            return first
        complain(_("These two are not the same."))


def handbook(options: argparse.Namespace) -> int:
    """Hand the words on to the handbook's own command line."""
    with Installation().opened():
        _bring_up_to_date()
        run: Callable[[list[str]], int] = import_string("libin.handbook.commandline.run")
        return run(options.rest)
