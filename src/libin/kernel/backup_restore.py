"""Reading a backup: every byte is checked before anything is changed, every count and the audit chain after."""

import hashlib
import json
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from psycopg import sql

from libin.kernel.backup import (
    DUMP,
    FOLDERS,
    FORMAT,
    MANIFEST,
    Manifest,
    Progress,
    audit_head,
    count_rows,
    dump_program,
    run_program,
)
from libin.kernel.postgres import PostgresProblem, databases

PORTION = 1 << 20


class NotABackup(PostgresProblem):
    """%(file)s is not a whole backup of Libin: %(reason)s."""


class NotEmpty(PostgresProblem):
    """This installation is not empty. Nothing was changed. Say --replace to put the backup in its place."""


class InUse(PostgresProblem):
    """%(number)s other sessions use this database: stop all web and worker processes first. Nothing was changed."""


class DoesNotAddUp(PostgresProblem):
    """The restored database does not add up: %(reason)s."""


@contextmanager
def unpacked(source: Path, home: Path, tell: Progress) -> Iterator[tuple[Path, Manifest]]:
    """The checked content of a backup in a folder of its own, gone afterwards. Raises NotABackup."""
    home.mkdir(parents=True, exist_ok=True)
    place = home / "restoring"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=0o700)
    try:
        yield place, _checked(source, place, tell)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _checked(source: Path, place: Path, tell: Progress) -> Manifest:
    found: dict[str, str] = {}
    try:
        with tarfile.open(source, "r:") as archive:
            for info in archive:
                found[info.name] = _extract(archive, info, place, source)
    except (tarfile.TarError, OSError, EOFError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise NotABackup(file=source, reason=reason) from problem
    if MANIFEST not in found:
        raise NotABackup(file=source, reason="its manifest is missing")
    try:
        manifest = Manifest.from_json((place / MANIFEST).read_bytes())
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise NotABackup(file=source, reason="its manifest cannot be read") from problem
    if manifest.format != FORMAT:
        raise NotABackup(file=source, reason=f"its format is {manifest.format}, not {FORMAT}")
    del found[MANIFEST]
    told = {name: member.sha256 for name, member in manifest.members.items()}
    if different := sorted(
        name for name in found.keys() | told.keys() if found.get(name) != told.get(name)
    ):
        raise NotABackup(file=source, reason=f"{different[0]} differs from its manifest")
    tell("checked", len(found))
    return manifest


def _extract(archive: tarfile.TarFile, info: tarfile.TarInfo, place: Path, source: Path) -> str:
    """Write one plain file below the place; its SHA-256. Anything that leads elsewhere is refused."""
    path = PurePosixPath(info.name)
    known = info.name in {DUMP, MANIFEST} or (len(path.parts) > 1 and path.parts[0] in FOLDERS)
    if not info.isreg() or path.is_absolute() or ".." in path.parts or not known:
        raise NotABackup(file=source, reason=f"{info.name!r} does not belong in it")
    target = place.joinpath(*path.parts)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    taste = hashlib.sha256()
    stream = archive.extractfile(info)
    target.touch(mode=0o600)
    with target.open("wb") as out:
        while stream and (portion := stream.read(PORTION)):
            taste.update(portion)
            out.write(portion)
    return taste.hexdigest()


def require_empty(dsn: dict[str, str]) -> None:
    """Raise NotEmpty when anything was ever done here that is worth an audit entry."""
    with databases.connect(dsn) as session:
        rows = count_rows(session)
    if rows.get("kernel_auditentry", 0) or rows.get("people_staff", 0):
        raise NotEmpty


def require_alone(dsn: dict[str, str]) -> None:
    """Raise InUse while others are in the database."""
    with databases.connect(dsn) as session:
        row = session.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    if row and row[0]:
        raise InUse(number=row[0])


def empty(dsn: dict[str, str]) -> None:
    """Drop all tables, sequences and functions of ours, and leave the extensions."""
    with databases.connect(dsn) as session:
        commands = [str(command) for (command,) in session.execute(_DROPS).fetchall()]
        for command in commands:
            session.execute(sql.SQL(command))


_DROPS = """
WITH ours AS (
  SELECT c.oid, 1 AS turn, format('DROP TABLE IF EXISTS %I.%I CASCADE', 'public', c.relname) AS command
    FROM pg_class c
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  UNION ALL
  SELECT c.oid, 2, format('DROP SEQUENCE IF EXISTS %I.%I CASCADE', 'public', c.relname)
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S'
  UNION ALL
  SELECT p.oid, 3, format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure)
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
)
SELECT command FROM ours
 WHERE NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = ours.oid AND d.deptype = 'e')
 ORDER BY turn
"""


def restore_database(dump: Path, dsn: dict[str, str]) -> None:
    """Read the dump into an empty database, all or nothing. Raises DumpFailed."""
    with databases.connect(dsn) as session:
        program = dump_program(session, "pg_restore")
    wanted = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    run_program(program, [*wanted, str(dump)], dsn)


def require_rows(manifest: Manifest, dsn: dict[str, str]) -> None:
    """Raise DoesNotAddUp unless every table has the rows, and the audit chain the head, that it had."""
    with databases.connect(dsn) as session:
        rows = count_rows(session)
        head = audit_head(session)
    if rows != manifest.rows:
        wrong = {
            name: [manifest.rows.get(name), rows.get(name)]
            for name in sorted(rows.keys() | manifest.rows.keys())
            if rows.get(name) != manifest.rows.get(name)
        }
        raise DoesNotAddUp(reason=f"rows then and now: {json.dumps(wrong)}")
    if head != (manifest.audit_entries, manifest.audit_head):
        raise DoesNotAddUp(reason="the audit trail ends differently")


def put_folders(place: Path, home: Path) -> None:
    """Put files and keys of the backup in their places; what lay there is kept beside as `<name>.before`."""
    for name in FOLDERS:
        target, before = home / name, home / f"{name}.before"
        (place / name).mkdir(mode=0o700, exist_ok=True)
        if target.exists():
            shutil.rmtree(before, ignore_errors=True)
            target.rename(before)
        (place / name).rename(target)
