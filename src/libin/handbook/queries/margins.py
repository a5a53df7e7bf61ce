"""How often a rule was kept: the figures in the margin, and the cases behind them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Q, QuerySet

from libin.handbook.models import Observation
from libin.handbook.queries.versions import in_force

_MARGINS = """
SELECT rule_id, sum(kept), sum(broken), sum(excepted),
       array_agg(day ORDER BY day), array_agg(kept ORDER BY day), array_agg(broken ORDER BY day)
FROM (
  SELECT rule_id, day, sum(kept) AS kept, sum(broken) AS broken, sum(excepted) AS excepted
  FROM handbook_ruleday
  WHERE rule_id = ANY(%s) AND day > %s AND day <= %s
    AND (%s = '' OR team = %s) AND (%s = '' OR tier = %s)
  GROUP BY rule_id, day
) AS daily
GROUP BY rule_id
"""


@dataclass(frozen=True, slots=True)
class DayFigure:
    """One day of a rule."""

    day: date
    kept: int
    broken: int


@dataclass(frozen=True, slots=True)
class Margin:
    """How a rule was lived in a window of days."""

    rule_id: str
    days: int
    kept: int
    broken: int
    excepted: int
    trend: tuple[DayFigure, ...]
    """Days on which the rule applied, the earliest first."""

    @property
    def applied(self) -> int:
        """Occasions on which the rule applied."""
        return self.kept + self.broken

    @property
    def share_kept(self) -> float | None:
        """Percent kept, ``None`` when it never applied."""
        return 100 * self.kept / self.applied if self.applied else None


def margins(
    rule_ids: Collection[str], *, at: datetime, days: int = 30, team: str = "", tier: str = ""
) -> Mapping[str, Margin]:
    """The margin of every rule that applied in the last days, in one statement.

    Days are counted in the zone of the handbook in force and end with the day of ``at``. A rule that did not
    apply is left out. Costs grow with rules x days, not with the number of observations.
    """
    last = at.astimezone(ZoneInfo(in_force(at).zone)).date()
    first = last - timedelta(days=days)
    with connection.cursor() as cursor:
        cursor.execute(_MARGINS, [list(rule_ids), first, last, team, team, tier, tier])
        rows = cursor.fetchall()
    return {
        rule_id: Margin(
            rule_id=rule_id,
            days=days,
            kept=int(kept),
            broken=int(broken),
            excepted=int(excepted),
            trend=tuple(
                DayFigure(day, int(k), int(b))
                for day, k, b in zip(when, kepts, brokens, strict=True)
            ),
        )
        for rule_id, kept, broken, excepted, when, kepts, brokens in rows
        if kept or broken or excepted
    }


def occasions(rule_id: str, *, kept: bool | None = None) -> QuerySet[Observation, int]:
    """Ids of the cases on which a rule was kept or broken, newest first; both when ``kept`` is left out.

    To be used inside a query that is filtered by what the viewer may see.
    """
    rows = Observation.objects.filter(rule_id=rule_id, subject_kind="case", standing=True)
    if kept is not None:
        rows = rows.filter(kept=kept)
    return rows.order_by("-at").values_list("subject_id", flat=True)


def recount(rule_ids: Collection[str]) -> Mapping[str, tuple[int, int]]:
    """Kept and broken per rule, counted from the observations themselves; slow, for checks only."""
    rows = (
        Observation.objects.filter(rule_id__in=rule_ids, standing=True)
        .values("rule_id")
        .annotate(kept_times=Count("pk", Q(kept=True)), broken_times=Count("pk", Q(kept=False)))
    )
    return {row["rule_id"]: (row["kept_times"], row["broken_times"]) for row in rows}
