"""The day as a supervisor sees it: queues, people, what is at risk, today's figures."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, F, Q

from libin.desk import access
from libin.desk.models import Case, Promise
from libin.desk.queries.lists import OPEN, CaseRow, rows_of
from libin.kernel.access import Actor

SOON = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFigures:
    """One lane right now."""

    lane: str
    open: int
    unassigned: int
    soon: int
    broken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOf:
    """What one person holds."""

    staff_id: int
    open: int
    waiting: int
    broken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """Figures since the day began. `first_reply` is the mean time to the first reply of today's answers."""

    opened: int
    closed: int
    first_reply: timedelta | None
    promises_kept: int
    promises_broken: int

    @property
    def kept_share(self) -> float | None:
        """The share of promises settled today that were kept; None when none was."""
        settled = self.promises_kept + self.promises_broken
        return self.promises_kept / settled if settled else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """Everything the day view shows of the desk."""

    queues: tuple[QueueFigures, ...]
    loads: dict[int, LoadOf]
    at_risk: tuple[CaseRow, ...]
    today: Today


def day_view(viewer: Actor, *, at: datetime, since: datetime) -> DayView:
    """The desk at this instant; `since` is when the local day began. Nine statements."""
    seen = access.visible_to(viewer)
    running = seen.filter(state__in=OPEN)
    at_risk = list(
        running.filter(risk_at__lte=at + SOON)
        .order_by("risk_at", "id")
        .values_list("pk", flat=True)[:20]
    )
    return DayView(
        queues=tuple(
            QueueFigures(**row)
            for row in running.order_by("lane")
            .values("lane")
            .annotate(
                open=Count("pk"),
                unassigned=Count("pk", filter=Q(owner=None)),
                soon=Count("pk", filter=Q(risk_at__gt=at, risk_at__lte=at + SOON)),
                broken=Count("pk", filter=Q(risk_at__lte=at)),
            )
        ),
        loads={
            row["owner_id"]: LoadOf(
                staff_id=row["owner_id"],
                open=row["open"],
                waiting=row["waiting"],
                broken=row["broken"],
            )
            for row in running.exclude(owner=None)
            .order_by()
            .values("owner_id")
            .annotate(
                open=Count("pk", filter=Q(state=Case.State.OPEN)),
                waiting=Count("pk", filter=Q(state=Case.State.WAITING)),
                broken=Count("pk", filter=Q(risk_at__lte=at)),
            )
        },
        at_risk=rows_of(at_risk, at=at),
        today=_today(viewer, since),
    )


def _today(viewer: Actor, since: datetime) -> Today:
    seen = access.visible_to(viewer)
    replied = seen.filter(first_replied_at__gte=since).aggregate(
        mean=Avg(F("first_replied_at") - F("opened_at"))
    )
    promises = Promise.objects.filter(Q(settled_at__gte=since) | Q(broken_at__gte=since))
    if not viewer.holds("desk.view_all"):
        promises = promises.filter(case__in=seen)
    settled = promises.aggregate(
        kept=Count("pk", filter=Q(state=Promise.State.KEPT)),
        broken=Count("pk", filter=Q(broken_at__gte=since)),
    )
    return Today(
        opened=seen.filter(opened_at__gte=since).count(),
        closed=seen.filter(closed_at__gte=since).count(),
        first_reply=replied["mean"],
        promises_kept=settled["kept"],
        promises_broken=settled["broken"],
    )
