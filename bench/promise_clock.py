"""How soon a due promise is noticed, with a hundred thousand running, also after a crash of the worker."""

import json
import os
import signal
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import django
import psycopg
from django.db import connection

from bench.driver import percentile
from bench.processes import tree

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "libin.config.settings")
django.setup()

from libin.handbook import queries as handbooks  # noqa: E402 - Django is set up first
from libin.handbook.rules import PromiseRule  # noqa: E402
from libin.kernel import clock  # noqa: E402
from libin.kernel.loops import listening_to  # noqa: E402
from libin.kernel.outbox import LIVE, WAKE  # noqa: E402

CODE = "bench"
GAP = timedelta(milliseconds=100)
SETTLING = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Noticed:
    """Delays from the due instant to the committed breach, in milliseconds."""

    count: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


def fill(running: int) -> int:
    """Give cases promises that fall due over the next month, until so many run; how many run."""
    book = handbooks.in_force(clock.now())
    rule = next(r for r in book.rules.values() if isinstance(r, PromiseRule) and not r.renews)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM desk_promise WHERE code = %s", [CODE])
        cursor.execute(
            "INSERT INTO desk_promise (case_id, rule, code, round, state, started_at, due_at,"
            " wake_at, warned, breach_reason, breach_words, forgiven_by)"
            " SELECT id, %s, %s, 1, 'running', %s, due, due, 100, '', '', ''"
            " FROM (SELECT id, %s + (1 + random() * 29) * interval '1 day' AS due"
            "       FROM desk_case ORDER BY id LIMIT %s) AS chosen",
            [rule.id, CODE, clock.now(), clock.now(), running],
        )
        cursor.execute("ANALYZE desk_promise")
        cursor.execute("SELECT count(*) FROM desk_promise WHERE wake_at > %s", [clock.now()])
        return int(cursor.fetchone()[0])


def notice(count: int, *, kill_worker_of: int | None = None) -> Noticed:
    """Let `count` promises fall due one after the other and wait for their breaches."""
    begin = clock.now() + SETTLING
    with psycopg.connect(**listening_to(), autocommit=True) as line:
        line.execute(f"LISTEN {LIVE}")
        due = _fall_due(count, begin)
        if kill_worker_of is not None:
            time.sleep(max(0.0, (begin + GAP - clock.now()).total_seconds()))
            os.kill(_worker_in(kill_worker_of), signal.SIGKILL)
        arrived: dict[int, datetime] = {}
        deadline = begin + GAP * count + timedelta(seconds=120)
        while len(arrived) < count and clock.now() < deadline:
            for told in line.notifies(timeout=1.0, stop_after=1):
                said = json.loads(told.payload)
                if said["name"] == "desk.promise_broken":
                    arrived[said["id"]] = clock.now()
    delays = sorted(
        (arrived[fact] - due[promise]).total_seconds() * 1000
        for fact, promise in _promises_of(list(arrived)).items()
        if promise in due
    )
    if len(delays) < count:
        raise RuntimeError(f"only {len(delays)} of {count} breaches were told")
    return Noticed(
        count=len(delays),
        p50_ms=round(percentile(delays, 50), 1),
        p95_ms=round(percentile(delays, 95), 1),
        p99_ms=round(percentile(delays, 99), 1),
        max_ms=round(delays[-1], 1),
    )


def marked_per_second(count: int) -> float:
    """How many promises that are due at once are marked in a second, facts and observations included."""
    with connection.cursor() as cursor:
        begun = time.perf_counter()
        cursor.execute(
            "UPDATE desk_promise SET due_at = %s, wake_at = %s WHERE id IN"
            " (SELECT id FROM desk_promise WHERE code = %s AND wake_at IS NOT NULL LIMIT %s)",
            [clock.now(), clock.now(), CODE, count],
        )
        begun = time.perf_counter()
        cursor.execute("SELECT pg_notify(%s, '')", [WAKE])
        while True:
            cursor.execute("SELECT count(*) FROM desk_promise WHERE wake_at <= %s", [clock.now()])
            if cursor.fetchone()[0] == 0:
                return round(count / (time.perf_counter() - begun), 1)
            time.sleep(0.1)


def _fall_due(count: int, begin: datetime) -> dict[int, datetime]:
    """Set the due instants of some of our promises, as an action would; promise -> instant."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH chosen AS (SELECT id, row_number() OVER () AS n FROM desk_promise"
            "  WHERE code = %s AND wake_at IS NOT NULL LIMIT %s)"
            " UPDATE desk_promise AS p SET due_at = %s + n * %s::interval, wake_at = %s + n * %s::interval"
            " FROM chosen WHERE p.id = chosen.id RETURNING p.id, p.due_at",
            [CODE, count, begin, GAP, begin, GAP],
        )
        due = dict(cursor.fetchall())
        cursor.execute("SELECT pg_notify(%s, '')", [WAKE])
    return due


def _promises_of(facts: list[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, (body->>'promise_id')::bigint FROM kernel_fact WHERE id = ANY(%s)", [facts]
        )
        return dict(cursor.fetchall())


def _worker_in(root: int) -> int:
    for pid in tree(root):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if b"worker" in words:
            return pid
    raise RuntimeError("no worker is running")
