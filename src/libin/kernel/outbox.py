"""Facts are written down in the transaction they report, together with the work they cause."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from libin.kernel.facts import Fact, kinds, reactions

WAKE = "libin_wake"
LIVE = "libin_live"

_WRITE = """
WITH said AS (
  INSERT INTO kernel_fact (id, at, name, by, body)
  VALUES (nextval('kernel_fact_id'), %s, %s, %s, %s::jsonb) RETURNING id, at
), owed AS (
  INSERT INTO kernel_job (name, lane, fact_id, args, due_at, attempts, problem, given_up)
  SELECT reaction, 'inside', said.id, '{}'::jsonb, said.at, 0, '', false
  FROM said, unnest(%s::text[]) AS reaction
)
SELECT id, pg_notify('libin_wake', ''),
       CASE WHEN %s THEN pg_notify('libin_live', json_build_object('id', id, 'name', %s, 'topics', %s::json)::text) END
FROM said
"""


def publish(said: Fact) -> int:
    """Record a fact, owe it to its reactions, wake the worker and the watching screens. Returns its number.

    Call it last, inside the action's transaction: one statement. Raises RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{said.name} was published outside a transaction.")
    topics = said.topics()
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE,
            [
                said.at,
                said.name,
                said.by,
                json.dumps(body_of(said), ensure_ascii=False),
                list(reactions[said.name]),
                bool(topics),
                said.name,
                json.dumps(topics),
            ],
        )
        number: int = cursor.fetchone()[0]
    return number


_WRITE_MANY = """
WITH told AS (
  SELECT nextval('kernel_fact_id') AS id, at, name, by, body, reactions, topics
  FROM unnest(%s::timestamptz[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
    AS told (at, name, by, body, reactions, topics)
), said AS (
  INSERT INTO kernel_fact (id, at, name, by, body) SELECT id, at, name, by, body::jsonb FROM told
), owed AS (
  INSERT INTO kernel_job (name, lane, fact_id, args, due_at, attempts, problem, given_up)
  SELECT reaction, 'inside', told.id, '{}'::jsonb, told.at, 0, '', false
  FROM told, json_array_elements_text(told.reactions::json) AS reaction
)
SELECT pg_notify('libin_wake', ''),
       pg_notify('libin_live', json_build_object('id', id, 'name', name, 'topics', topics::json)::text)
FROM told
"""


def publish_all(facts: Sequence[Fact]) -> None:
    """As `publish` for many facts at once: one statement however many."""
    if not facts:
        return
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Facts were published outside a transaction.")
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE_MANY,
            [
                [said.at for said in facts],
                [said.name for said in facts],
                [said.by for said in facts],
                [json.dumps(body_of(said), ensure_ascii=False) for said in facts],
                [json.dumps(list(reactions[said.name])) for said in facts],
                [json.dumps(said.topics()) for said in facts],
            ],
        )


def body_of(said: Fact) -> dict[str, Any]:
    """The fact's own fields as plain values."""
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in dataclasses.asdict(said).items()
        if key not in ("at", "by")
    }


def recall(number: int) -> Fact:
    """The fact with this number, as it was said. Raises KeyError when its kind is no longer known."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, at, by, body::text FROM kernel_fact WHERE id = %s", [number])
        name, at, by, body = cursor.fetchone()
    kind = kinds[name]
    values = json.loads(body)
    for field in dataclasses.fields(kind):
        if field.type in (datetime, datetime | None) and values.get(field.name):
            values[field.name] = datetime.fromisoformat(values[field.name])
    return kind(at=at, by=by, **values)
