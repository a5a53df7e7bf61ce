"""Work that is owed: deferred in the transaction that needs it, done by a worker, retried alone."""

import json
import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from libin.kernel import clock, facts, outbox
from libin.kernel.models import Job

log = logging.getLogger(__name__)

Lane = Job.Lane
MAX_ATTEMPTS = 8
LEASE = timedelta(seconds=60)
_LONGEST_CHAIN = 5
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class JobKind:
    """A function that a worker can be asked to run. `lane` "outside" means that it talks to the network."""

    name: str
    function: Callable[..., None]
    lane: str
    attempts: int
    every: timedelta | None = None


kinds: dict[str, JobKind] = {}


def job(
    name: str,
    *,
    outside: bool = False,
    attempts: int = MAX_ATTEMPTS,
    every: timedelta | None = None,
) -> Callable[[Callable[..., None]], JobKind]:
    """Make a function a job. Its arguments are ids. It must bear being run twice.

    Inside jobs run in one transaction with the note that they are done; `outside` jobs run without one,
    under a lease of 60 s. A job with `every` is run again and again at that distance.
    """

    def register(function: Callable[..., None]) -> JobKind:
        kind = JobKind(name, function, "outside" if outside else "inside", attempts, every)
        kinds[name] = kind
        return kind

    return register


_DEFER = """
WITH owed AS (
  INSERT INTO kernel_job (name, lane, args, key, due_at, attempts, problem, given_up)
  VALUES (%s, %s, %s::jsonb, %s, %s, 0, '', false)
  ON CONFLICT (name, key) DO UPDATE SET due_at = least(kernel_job.due_at, excluded.due_at)
)
SELECT pg_notify('libin_wake', '')
"""


def enqueue(kind: JobKind, *, at: datetime, key: str | None = None, **ids: Any) -> None:
    """Owe one run of a job from the instant `at` on; part of the caller's transaction.

    With a `key` there is at most one such job waiting.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DEFER, [kind.name, kind.lane, json.dumps(ids), key, at])


def schedule_periodic(at: datetime) -> None:
    """Owe the first run of every periodic job that is not waiting yet."""
    for kind in kinds.values():
        if kind.every:
            enqueue(kind, at=at, key="periodic")


_CLAIM = """
SELECT id, name, fact_id, args::text, attempts FROM kernel_job
WHERE lane = %s AND NOT given_up AND due_at <= %s
ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""


def run_next(lane: str) -> bool:
    """Run one piece of work that is due. False if there was none. Safe in many workers at once."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, [lane, clock.now()])
            row = cursor.fetchone()
        if row is None:
            return False
        owed = _Owed(row[0], row[1], row[2], json.loads(row[3]), row[4])
        if lane == "inside":
            owed.run_inside()
        else:
            owed.lease()
    if lane == "outside":
        owed.run_outside()
    return True


@dataclass(slots=True)
class _Owed:
    id: int
    name: str
    fact_id: int | None
    args: dict[str, Any]
    attempts: int

    def call(self) -> None:
        if self.fact_id is None:
            kinds[self.name].function(**self.args)
            return
        said = outbox.recall(self.fact_id)
        facts.reactions[said.name][self.name](said)

    def run_inside(self) -> None:
        try:
            with transaction.atomic():
                self.call()
        except Exception as problem:
            self.fail(problem)
        else:
            self.done()

    def lease(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE kernel_job SET due_at = %s, attempts = attempts + 1 WHERE id = %s",
                [clock.now() + LEASE, self.id],
            )

    def run_outside(self) -> None:
        try:
            self.call()
        except Exception as problem:
            self.fail(problem)
        else:
            self.done()

    def done(self) -> None:
        kind = kinds.get(self.name)
        with connection.cursor() as cursor:
            if kind and kind.every and self.fact_id is None:
                cursor.execute(
                    "UPDATE kernel_job SET due_at = %s, attempts = 0, problem = '' WHERE id = %s",
                    [clock.now() + kind.every, self.id],
                )
            else:
                cursor.execute("DELETE FROM kernel_job WHERE id = %s", [self.id])

    def fail(self, problem: Exception) -> None:
        """Try again later, ever more slowly; after the last attempt keep it for a person to see."""
        tried = self.attempts + 1
        kind = kinds.get(self.name)
        last = tried >= (kind.attempts if kind else MAX_ATTEMPTS) and not (kind and kind.every)
        log.warning("%s failed (attempt %d): %s", self.name, tried, places(problem))
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE kernel_job SET attempts = %s, problem = %s, given_up = %s, due_at = %s WHERE id = %s",
                [tried, describe(problem), last, clock.now() + backoff(tried), self.id],
            )


def describe(problem: Exception) -> str:
    """The kind of problem without its values: those may hold personal data."""
    return type(problem).__qualname__


def places(problem: BaseException) -> str:
    """The kinds of problem and where they arose, one place a line; never their words or values."""
    told: list[str] = []
    link: BaseException | None = problem
    while link is not None and len(told) < _LONGEST_CHAIN:
        frames = "".join(
            f"\n  {frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(link.__traceback__, limit=-_DEEPEST)
        )
        told.append(f"{type(link).__qualname__}{frames}")
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\nfrom ".join(told)


def backoff(tried: int) -> timedelta:
    """How long to wait after so many attempts: 1 s, 4 s, 16 s ... at most an hour."""
    return timedelta(seconds=min(4 ** (tried - 1), 3600))


def next_due(lane: str) -> datetime | None:
    """When the next work in this lane falls due."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(due_at) FROM kernel_job WHERE lane = %s AND NOT given_up", [lane]
        )
        found: datetime | None = cursor.fetchone()[0]
    return found


def run_all(lane: str = "inside") -> int:
    """Run everything that is due now, one after another; how many. Replays and tests use it."""
    count = 0
    while run_next(lane):
        count += 1
    return count
