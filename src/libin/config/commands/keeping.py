"""Keeping an installation: backup, restore, and a look at its health."""

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

import libin
from libin.config.commands import supervision
from libin.config.commands.installation import Installation, load_django
from libin.config.commands.words import _, complain, say
from libin.kernel import backup_restore as restoring
from libin.kernel import clock
from libin.kernel.backup import DUMP, Manifest, write_backup
from libin.kernel.postgres import ROLE, Cluster, External

SIDE = "libin_restoring"


def _tell(stage: str, number: int) -> None:
    told = {
        "database": _("Database: %(number)s rows", number=number),
        "files": _("Files: %(number)s", number=number),
        "keys": _("Keys: %(number)s", number=number),
        "checked": _("The backup is whole: %(number)s members checked", number=number),
    }
    say(f"  {told[stage]}")


def back_up(options: argparse.Namespace) -> int:
    """Write the backup, then say what it holds and whether the audit chain is whole."""
    target = Path(options.file).absolute()
    installation = Installation()
    with installation.opened():
        say(_("Writing the backup to %(file)s ...", file=target))
        seal: Callable[[], int] = import_string("libin.kernel.audit.seal")
        while seal():
            pass
        manifest = write_backup(
            target,
            server=installation.server,
            home=installation.home,
            at=clock.now(),
            tell=_tell,
        )
        status = _verify_chain(manifest)
    size = target.stat().st_size / 1e6
    say(
        _(
            "Done: %(size)s MB. It holds the keys too: keep it where only you can read it.",
            size=f"{size:.1f}",
        )
    )
    return status


def restore(options: argparse.Namespace) -> int:
    """Put a backup in place of an empty installation, or of any with --replace; verify it."""
    source = Path(options.file).absolute()
    installation = Installation()
    try:
        lock = supervision.hold_home(installation.home)
    except supervision.AlreadyRunning as running:
        told = {"home": installation.home, "pid": running.args[0]}
        return complain(_("Libin already runs on %(home)s (process %(pid)s).", **told))
    with lock:
        say(_("Reading %(file)s ...", file=source))
        started = installation.start_database()
        try:
            with restoring.unpacked(source, installation.home, _tell) as (place, manifest):
                if _is_newer(manifest.libin):
                    return complain(
                        _(
                            "This backup was made by Libin %(theirs)s; this is %(ours)s. Install that version first.",
                            theirs=manifest.libin,
                            ours=libin.__version__,
                        )
                    )
                _put(installation, place, manifest, replace=options.replace)
            load_django()
            status = _verify_chain(manifest)
        finally:
            if started:
                installation.server.stop()
    say(_("Restored as it was at %(at)s.", at=manifest.made_at))
    return status


def _is_newer(theirs: str) -> bool:
    return _as_numbers(theirs) > _as_numbers(libin.__version__)


def _as_numbers(words: str) -> list[int]:
    return [int(word) for word in words.split(".") if word.isdigit()]


def _put(installation: Installation, place: Path, manifest: Manifest, *, replace: bool) -> None:
    server = installation.server
    if not replace:
        restoring.require_empty(server.dsn())
    restoring.require_alone(server.dsn())
    say(_("Restoring the database ..."))
    if isinstance(server, Cluster):
        _put_beside(server, place, manifest)
    else:
        _put_in_place(server, place, manifest)
    restoring.put_folders(place, installation.home)


def _put_beside(server: Cluster, place: Path, manifest: Manifest) -> None:
    """Our own server has room for both: the old database is dropped when the new one adds up."""
    server.drop_database(SIDE)
    server.create_database(SIDE)
    restoring.restore_database(place / DUMP, server.dsn(SIDE))
    restoring.require_rows(manifest, server.dsn(SIDE))
    server.replace_database(ROLE, by=SIDE)


def _put_in_place(server: External, place: Path, manifest: Manifest) -> None:
    """On a server of somebody else's we have this one database."""
    restoring.empty(server.dsn())
    restoring.restore_database(place / DUMP, server.dsn())
    restoring.require_rows(manifest, server.dsn())


def _verify_chain(manifest: Manifest) -> int:
    anchor = (manifest.audit_entries, bytes.fromhex(manifest.audit_head))
    verdict = import_string("libin.kernel.audit.verify")(
        anchor=anchor if manifest.audit_entries else None
    )
    if verdict.whole:
        say(_("The audit trail is whole: %(number)s entries.", number=verdict.entries))
        return 0
    return complain(
        _(
            "The audit trail does not fit together from entry %(number)s on.",
            number=verdict.broken_at,
        )
    )


def check(options: argparse.Namespace) -> int:
    """Say how each part is; status 1 when something serious is wrong."""
    with Installation().opened():
        findings = import_string("libin.kernel.health.look")(
            at=clock.now(), home=settings.LIBIN_HOME
        )
    say(_("Data: %(home)s", home=os.fspath(settings.LIBIN_HOME)))
    names = {
        "database": _("Database"),
        "worker_silent_seconds": _("Worker silent for, seconds"),
        "oldest_owed_seconds": _("Oldest work owed, seconds"),
        "jobs_given_up": _("Jobs given up"),
        "disk_free_bytes": _("Free on disk, bytes"),
    }
    for finding in findings:
        value = "" if finding.value is None else f" ({finding.value:.0f})"
        state = _("well") if finding.well else _("NOT WELL")
        say(f"  {names[finding.name]}: {state}{value}")
    return 0 if all(finding.well for finding in findings if finding.serious) else 1
