"""Who is planned to work when."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from libin.kernel.access import Actor
from libin.people.models import Leave, Shift
from libin.people.queries.staff import presence_of, staff_visible_to
from libin.people.rules import PresencePolicy, PresenceState


@dataclass(frozen=True, slots=True)
class Span:
    """A planned span; `kind` is empty for a shift, else the kind of leave."""

    id: int
    starts_at: datetime
    ends_at: datetime
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLine:
    """One person's day."""

    id: int
    name: str
    presence: PresenceState
    shifts: tuple[Span, ...]
    leaves: tuple[Span, ...]


def roster(
    viewer: Actor, *, starts_at: datetime, ends_at: datetime, at: datetime, policy: PresencePolicy
) -> tuple[RosterLine, ...]:
    """Shifts and leave that touch a span, of all active staff the viewer may see. Three statements."""
    touching = {"starts_at__lt": ends_at, "ends_at__gt": starts_at}
    rows = (
        staff_visible_to(viewer)
        .filter(is_active=True)
        .select_related("presence")
        .prefetch_related(
            Prefetch("shifts", Shift.objects.filter(**touching)),
            Prefetch("leaves", Leave.objects.filter(**touching)),
        )
    )
    return tuple(
        RosterLine(
            id=row.pk,
            name=row.name,
            presence=presence_of(row, at=at, policy=policy),
            shifts=tuple(Span(one.pk, one.starts_at, one.ends_at) for one in row.shifts.all()),
            leaves=tuple(
                Span(one.pk, one.starts_at, one.ends_at, one.kind) for one in row.leaves.all()
            ),
        )
        for row in rows
    )
