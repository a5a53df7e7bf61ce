"""The audit trail: written with the act, sealed into a chain a moment later."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from libin.kernel.access import Actor

GENESIS = b"\0" * 32
_LOCK = 0x4C69_6269  # one sealer at a time

_origin: ContextVar[str] = ContextVar("origin", default="")


@contextmanager
def coming_from(origin: str) -> Iterator[None]:
    """Note the network address that acts within this block come from."""
    token = _origin.set(origin[:64])
    try:
        yield
    finally:
        _origin.reset(token)


def record(
    *, act: str, subject: str, by: Actor, at: datetime, details: Mapping[str, Any] | None = None
) -> None:
    """Note an act in the transaction that does it. `details` hold ids and codes, never personal data."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_auditentry (at, actor, act, subject, details, origin)"
            " VALUES (%s, %s, %s, %s, %s::jsonb, %s)",
            [
                at,
                by.ref,
                act,
                subject,
                json.dumps(details or {}, ensure_ascii=False, default=str),
                _origin.get(),
            ],
        )


def seal(limit: int = 500) -> int:
    """Chain committed entries that have no seal yet; how many. Only one sealer works at a time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            "SELECT seal_no, seal FROM kernel_auditentry WHERE seal_no IS NOT NULL ORDER BY seal_no DESC LIMIT 1"
        )
        number, head = cursor.fetchone() or (0, GENESIS)
        cursor.execute(f"{_READ} WHERE seal_no IS NULL ORDER BY id LIMIT %s", [limit])
        rows = cursor.fetchall()
        sealed = []
        for row in rows:
            number, head = number + 1, link(bytes(head), row)
            sealed.append((number, head, row[0]))
        if sealed:
            cursor.executemany(
                "UPDATE kernel_auditentry SET seal_no = %s, seal = %s WHERE id = %s", sealed
            )
    return len(rows)


_READ = "SELECT id, at, actor, act, subject, details::text, origin FROM kernel_auditentry"


def link(previous: bytes, row: tuple[Any, ...]) -> bytes:
    """The seal of one entry: SHA-256 over the previous seal and the entry's canonical form."""
    number, at, actor, act, subject, details, origin = row
    plain = json.dumps(
        [number, at.astimezone(UTC).isoformat(), actor, act, subject, json.loads(details), origin],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(previous + plain.encode()).digest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the chain found. `broken_at` is the first entry that does not fit."""

    entries: int
    head: bytes
    broken_at: int | None

    @property
    def whole(self) -> bool:
        return self.broken_at is None


def verify(*, anchor: tuple[int, bytes] | None = None) -> Verdict:
    """Check the whole chain, entry by entry. `anchor` is an earlier (number, seal) that must still be in it."""
    head, expected = GENESIS, 1
    with transaction.atomic(), connection.cursor() as plain:
        plain.execute("SELECT coalesce(max(seal_no), 0) FROM kernel_auditentry")
        last = plain.fetchone()[0]
        while expected <= last:
            plain.execute(
                "SELECT id, at, actor, act, subject, details::text, origin, seal_no, seal FROM kernel_auditentry"
                " WHERE seal_no >= %s ORDER BY seal_no LIMIT 5000",
                [expected],
            )
            rows = plain.fetchall()
            if not rows:
                return Verdict(expected - 1, head, expected)
            for row in rows:
                head = link(head, row[:7])
                if row[7] != expected or bytes(row[8]) != head:
                    return Verdict(expected - 1, head, row[7])
                if anchor and anchor[0] == expected and anchor[1] != head:
                    return Verdict(expected - 1, head, expected)
                expected += 1
    if anchor and anchor[0] >= expected:
        return Verdict(expected - 1, head, expected)
    return Verdict(expected - 1, head, None)
