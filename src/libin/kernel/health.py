"""How the installation is: database, worker, disk, work that is owed; plain enough for strangers, exact for us."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import Error, connection

WORKER_SILENT_AFTER = timedelta(seconds=60)
OWED_TOO_LONG = timedelta(minutes=5)
LEAST_DISK = 1_000_000_000  # bytes
LEAST_DISK_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `serious` ones decide whether the whole is well; `value` is in the unit its name tells."""

    name: str
    well: bool
    value: float | None
    serious: bool = True


def look(*, at: datetime, home: Path) -> tuple[Finding, ...]:
    """All findings at an instant; a database that does not answer leaves only itself and the disk to look at."""
    try:
        asked = (_database(), _worker(at), _owed(at), _given_up())
    except Error:
        return (Finding("database", well=False, value=None), _disk(home))
    return (*asked, _disk(home))


def is_well(*, at: datetime, home: Path) -> bool:
    """All that a stranger may know."""
    return all(finding.well for finding in look(at=at, home=home) if finding.serious)


def _ask(question: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(question)
        row = cursor.fetchone()
    return row[0] if row else None


def _database() -> Finding:
    return Finding("database", well=_ask("SELECT 1") == 1, value=None)


def _worker(at: datetime) -> Finding:
    seen = _ask("SELECT max(seen_at) FROM kernel_heartbeat WHERE part = 'worker'")
    silent = at - seen if isinstance(seen, datetime) else None
    return Finding(
        "worker_silent_seconds",
        well=silent is not None and silent <= WORKER_SILENT_AFTER,
        value=silent.total_seconds() if silent is not None else None,
    )


def _owed(at: datetime) -> Finding:
    oldest = _ask("SELECT min(due_at) FROM kernel_job WHERE fact_id IS NOT NULL AND NOT given_up")
    late = max(at - oldest, timedelta()) if isinstance(oldest, datetime) else timedelta()
    return Finding("oldest_owed_seconds", well=late <= OWED_TOO_LONG, value=late.total_seconds())


def _given_up() -> Finding:
    number = _ask("SELECT count(*) FROM kernel_job WHERE given_up")
    count = number if isinstance(number, int) else 0
    return Finding("jobs_given_up", well=count == 0, value=count, serious=False)


def _disk(home: Path) -> Finding:
    disk = shutil.disk_usage(home)
    enough = min(LEAST_DISK, int(disk.total * LEAST_DISK_SHARE))
    return Finding("disk_free_bytes", well=disk.free >= enough, value=disk.free)
