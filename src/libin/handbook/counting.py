"""Writes observations and their daily counters together; part of the caller's action and transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection

from libin.handbook.queries import version

# A counter that another transaction holds is passed over and a new one begun, so that nobody waits for
# anybody's counter and two transactions cannot wait for each other.
_COUNT: Final = """
free AS (
  SELECT delta.n, spare.id FROM delta CROSS JOIN LATERAL (
    SELECT id FROM handbook_ruleday AS counter
    WHERE counter.rule_id = delta.rule_id AND counter.day = delta.day AND counter.team = delta.team
      AND counter.tier = delta.tier AND counter.service_class = delta.service_class
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
  ) AS spare
), counted AS (
  UPDATE handbook_ruleday AS counter
  SET kept = counter.kept + delta.kept, broken = counter.broken + delta.broken,
      excepted = counter.excepted + delta.excepted
  FROM free JOIN delta USING (n) WHERE counter.id = free.id
  RETURNING free.n
), begun AS (
  INSERT INTO handbook_ruleday (rule_id, day, team, tier, service_class, kept, broken, excepted)
  SELECT rule_id, day, team, tier, service_class, kept, broken, excepted FROM delta
  WHERE n NOT IN (SELECT n FROM counted)
)
"""

_OBSERVE: Final = (
    """
WITH noted AS (
  INSERT INTO handbook_observation (
    rule_id, version_id, subject_kind, subject_id, occasion, kept, standing, person_id, team, tier,
    service_class, value, day, at, by
  )
  SELECT rule_id, version_id, subject_kind, subject_id, occasion, kept, true, person_id, team, tier,
         service_class, value, day, at, by
  FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::boolean[], %s::bigint[],
              %s::text[], %s::text[], %s::text[], %s::float8[], %s::date[], %s::timestamptz[], %s::text[])
    AS said(rule_id, version_id, subject_kind, subject_id, occasion, kept, person_id, team, tier,
            service_class, value, day, at, by)
  ON CONFLICT (subject_kind, subject_id, rule_id, occasion) WHERE standing DO NOTHING
  RETURNING rule_id, day, team, tier, service_class, kept
), delta AS (
  SELECT row_number() OVER (ORDER BY rule_id, day, team, tier, service_class) AS n,
         rule_id, day, team, tier, service_class,
         count(*) FILTER (WHERE kept) AS kept, count(*) FILTER (WHERE NOT kept) AS broken, 0 AS excepted
  FROM noted GROUP BY rule_id, day, team, tier, service_class
), """  # noqa: S608 - joined from constants, values are parameters
    + _COUNT
    + "SELECT count(*) FROM noted"
)

_REVERSE: Final = (
    """
WITH fallen AS (
  UPDATE handbook_observation SET standing = false
  WHERE standing AND rule_id = %s AND subject_kind = %s AND subject_id = %s AND occasion = %s
  RETURNING *
), reversal AS (
  INSERT INTO handbook_observation (
    rule_id, version_id, subject_kind, subject_id, occasion, kept, standing, reverses_id, person_id, team,
    tier, service_class, value, day, at, by
  )
  SELECT rule_id, version_id, subject_kind, subject_id, occasion, kept, false, id, person_id, team,
         tier, service_class, value, day, %s, %s
  FROM fallen
), delta AS (
  SELECT row_number() OVER () AS n, rule_id, day, team, tier, service_class,
         CASE WHEN kept THEN -1 ELSE 0 END AS kept, CASE WHEN kept THEN 0 ELSE -1 END AS broken,
         %s::int AS excepted
  FROM fallen
), """  # noqa: S608 - joined from constants, values are parameters
    + _COUNT
    + "SELECT count(*) FROM fallen"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One occasion on which a rule was kept or broken, with the values as they were then."""

    rule_id: str
    version_id: int
    subject_kind: str
    subject_id: int
    occasion: str
    kept: bool
    person_id: int | None
    team: str
    tier: str
    service_class: str
    value: float | None
    by: str
    """Reference of the actor, such as ``staff:7``."""
    at: datetime


def observe_all(occasions: Iterable[Occasion]) -> int:
    """Note occasions in the caller's transaction; how many were new.

    An occasion already noted is passed over, so that saying it twice counts once.
    """
    said = {(o.subject_kind, o.subject_id, o.rule_id, o.occasion): o for o in occasions}
    if not said:
        return 0
    rows = [said[key] for key in sorted(said)]
    with connection.cursor() as cursor:
        cursor.execute(
            _OBSERVE,
            [
                [row.rule_id for row in rows],
                [row.version_id for row in rows],
                [row.subject_kind for row in rows],
                [row.subject_id for row in rows],
                [row.occasion for row in rows],
                [row.kept for row in rows],
                [row.person_id for row in rows],
                [row.team for row in rows],
                [row.tier for row in rows],
                [row.service_class for row in rows],
                [row.value for row in rows],
                [row.at.astimezone(ZoneInfo(version(row.version_id).zone)).date() for row in rows],
                [row.at for row in rows],
                [row.by for row in rows],
            ],
        )
        noted: int = cursor.fetchone()[0]
    return noted


def reverse(
    *,
    rule_id: str,
    subject_kind: str,
    subject_id: int,
    occasion: str,
    excepted: bool,
    by: str,
    at: datetime,
) -> bool:
    """Take one occasion back by a reversing row; whether there was one. An exception is counted as such."""
    with connection.cursor() as cursor:
        cursor.execute(
            _REVERSE,
            [rule_id, subject_kind, subject_id, occasion, at, by, 1 if excepted else 0],
        )
        return bool(cursor.fetchone()[0])
