"""Public holidays and make-up working days: operational data that decide about due instants."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from libin.desk import access
from libin.desk.actions.case_events import Happening
from libin.desk.models import Case, Holiday, Promise
from libin.desk.queries.clocks import forget_holidays
from libin.kernel import audit
from libin.kernel.access import Actor, require


@dataclass(frozen=True, slots=True)
class Day:
    """One special day: closed, or open although it is a weekend (`working`)."""

    on: date
    name_zh: str
    name_en: str = ""
    working: bool = False


@transaction.atomic
def set_holidays(*, days: Iterable[Day], by: Actor, at: datetime) -> int:
    """Enter or change special days; due instants of running promises are derived anew. How many days."""
    require(access.may(by, "handbook.publish"))
    rows = [
        Holiday(on=day.on, name_zh=day.name_zh, name_en=day.name_en, working=day.working)
        for day in days
    ]
    Holiday.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["on"],
        update_fields=["name_zh", "name_en", "working"],
    )
    _changed("desk.set_holidays", [row.on for row in rows], by=by, at=at)
    return len(rows)


@transaction.atomic
def remove_holidays(*, days: Iterable[date], by: Actor, at: datetime) -> int:
    """Make special days ordinary again; due instants of running promises are derived anew. How many days."""
    require(access.may(by, "handbook.publish"))
    found = Holiday.objects.filter(on__in=list(days)).order_by("on")
    gone = [row.on for row in found.select_for_update()]
    if gone:
        found.delete()
        _changed("desk.remove_holidays", gone, by=by, at=at)
    return len(gone)


def _changed(act: str, days: list[date], *, by: Actor, at: datetime) -> None:
    audit.record(act=act, subject="", by=by, at=at, details={"days": [str(day) for day in days]})
    forget_holidays()
    running = Promise.objects.filter(state=Promise.State.RUNNING, settled_at=None, due_at__gt=at)
    for case in (
        Case.objects.filter(pk__in=running.values("case_id"))
        .select_for_update(of=("self",))
        .order_by("pk")
    ):
        happening = Happening.at_case(case, by=by, at=at)
        happening.derive_due_times()
        happening.write()
        case.save(update_fields=["risk_at"])
