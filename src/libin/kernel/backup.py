"""One file that holds a whole installation: a dump of the database, the files, the keys, and what they must add up to."""

import hashlib
import io
import json
import os
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql

import libin
from libin.kernel.postgres import Cluster, External, PostgresProblem, binaries_of_major, databases

FORMAT = 1
DUMP = "database.dump"
MANIFEST = "manifest.json"
FOLDERS = ("files", "keys")

Progress = Callable[[str, int], None]


class BackupExists(PostgresProblem):
    """%(file)s exists already: name another file."""


class NoDumpProgram(PostgresProblem):
    """The database server is PostgreSQL %(major)s, but no pg_dump of that or a newer version was found: set LIBIN_PG_BIN."""


class DumpFailed(PostgresProblem):
    """%(program)s failed: %(reason)s"""


@dataclass(frozen=True)
class Member:
    """Size in bytes and SHA-256 of one file of the backup."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup contains and what the restored database must add up to."""

    made_at: str
    libin: str
    postgres: str
    members: dict[str, Member]
    rows: dict[str, int]
    audit_entries: int
    audit_head: str
    format: int = field(default=FORMAT)

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        raw = json.loads(text)
        members = {name: Member(**member) for name, member in raw.pop("members").items()}
        return cls(members=members, **raw)


def write_backup(
    target: Path, *, server: Cluster | External, home: Path, at: datetime, tell: Progress
) -> Manifest:
    """Write the backup of a running installation to a new file that only its owner may read.

    Rows are counted and dumped in one snapshot; files are never changed, so copying them later is safe.
    `tell` hears of each stage: its name and how many things it has.
    """
    if target.exists():
        raise BackupExists(file=target)
    unfinished = target.with_name(f"{target.name}.unfinished")
    dump = target.with_name(f"{target.name}.dump")
    try:
        with os.fdopen(
            os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb"
        ) as out:
            manifest = _write(out, dump, server=server, home=home, at=at, tell=tell)
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
        dump.unlink(missing_ok=True)
    return manifest


def _write(
    out: io.BufferedWriter,
    dump: Path,
    *,
    server: Cluster | External,
    home: Path,
    at: datetime,
    tell: Progress,
) -> Manifest:
    members: dict[str, Member] = {}
    with databases.connect(server.dsn()) as session:
        session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        snapshot = str(_one(session, "SELECT pg_export_snapshot()"))
        rows = count_rows(session)
        entries, head = audit_head(session)
        tell("database", sum(rows.values()))
        _dump(server, session, snapshot, dump)
        server_version = str(_one(session, "SHOW server_version"))
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        members[DUMP] = _add(archive, dump, DUMP)
        for folder in FOLDERS:
            paths = sorted(_files_below(home / folder))
            tell(folder, len(paths))
            for path in paths:
                name = f"{folder}/{path.relative_to(home / folder).as_posix()}"
                members[name] = _add(archive, path, name)
        manifest = Manifest(
            made_at=at.isoformat(),
            libin=libin.__version__,
            postgres=server_version,
            members=members,
            rows=rows,
            audit_entries=entries,
            audit_head=head,
        )
        text = manifest.as_json()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(text), 0o600
        archive.addfile(info, io.BytesIO(text))
    return manifest


def count_rows(session: databases.Session) -> dict[str, int]:
    """Rows of every table of ours; a partitioned table counts as one."""
    tables = session.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " ORDER BY c.relname"
    ).fetchall()
    counted = {}
    for (name,) in tables:
        question = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(str(name)))
        row = session.execute(question).fetchone()
        counted[str(name)] = int(str(row[0])) if row else 0
    return counted


def audit_head(session: databases.Session) -> tuple[int, str]:
    """Number and seal (hex) of the last link of the audit chain; (0, "") when there is none."""
    if _one(session, "SELECT to_regclass('public.kernel_auditentry')") is None:
        return 0, ""
    row = session.execute(
        "SELECT seal_no, seal FROM kernel_auditentry WHERE seal_no IS NOT NULL"
        " ORDER BY seal_no DESC LIMIT 1"
    ).fetchone()
    return (int(str(row[0])), bytes(row[1]).hex()) if row else (0, "")  # type: ignore[call-overload]


def dump_program(session: databases.Session, name: str) -> Path:
    """pg_dump or pg_restore of at least the server's major version. Raises NoDumpProgram."""
    major = session.info.server_version // 10000
    found = binaries_of_major(major)
    if found is None:
        raise NoDumpProgram(major=major)
    return found.program(name)


def run_program(program: Path, arguments: list[str], dsn: dict[str, str]) -> None:
    """Run pg_dump or pg_restore on a database; the password never stands on a command line."""
    words = {name: value for name, value in dsn.items() if name != "password"}
    done = subprocess.run(
        [program, f"--dbname={psycopg.conninfo.make_conninfo(**words)}", *arguments],
        env={**os.environ, "PGPASSWORD": dsn.get("password", ""), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DumpFailed(program=program.name, reason=done.stderr.strip()[-500:])


def _dump(
    server: Cluster | External, session: databases.Session, snapshot: str, target: Path
) -> None:
    target.touch(mode=0o600)
    run_program(
        dump_program(session, "pg_dump"),
        [
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={target}",
        ],
        server.dsn(),
    )


def _one(session: databases.Session, question: str) -> object:
    row = session.execute(question).fetchone()
    return row[0] if row else None


def _files_below(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


class _Hashing(io.RawIOBase):
    """Reads a file through, noting size and hash of exactly what went into the archive."""

    def __init__(self, source: io.BufferedReader) -> None:
        self._source = source
        self._taste = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        portion = self._source.read(size)
        self._taste.update(portion)
        self.size += len(portion)
        return portion

    @property
    def member(self) -> Member:
        return Member(self.size, self._taste.hexdigest())


def _add(archive: tarfile.TarFile, path: Path, name: str) -> Member:
    with path.open("rb") as source:
        info = tarfile.TarInfo(name)
        info.size = os.fstat(source.fileno()).st_size
        info.mode = 0o600
        reading = _Hashing(source)
        archive.addfile(info, reading)
    return reading.member
