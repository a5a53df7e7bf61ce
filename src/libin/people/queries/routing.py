"""The people work can be given to, as routing needs to see them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Prefetch

from libin.kernel.access import Actor
from libin.people.models import Leave, Membership, Role, Shift, SkillHeld, Staff
from libin.people.queries.staff import presence_of
from libin.people.rules import PresencePolicy, PresenceState

_ROSTERED_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonForRouting:
    """One active person at one instant.

    `capacity` None means what her level says. `on_shift` is also true for somebody without any
    shift a week around: presence alone decides for those who are not rostered.
    """

    id: int
    name: str
    level: str
    capacity: int | None
    languages: frozenset[str]
    roles: frozenset[str]
    team_ids: frozenset[int]
    teams: frozenset[str]
    leads: frozenset[str]
    skills: Mapping[str, int]
    presence: PresenceState
    on_shift: bool
    on_leave: bool

    @property
    def is_available(self) -> bool:
        """Whether new work may be given to her now."""
        return self.presence is PresenceState.ONLINE and self.on_shift and not self.on_leave


def people_for_routing(
    viewer: Actor,
    *,
    at: datetime,
    policy: PresencePolicy,
    only: Collection[int] | None = None,
) -> tuple[PersonForRouting, ...]:
    """All active staff, or those with the numbers in `only`, in three statements.

    Nobody but staff and the house itself sees anybody.
    """
    if viewer.is_customer:
        return ()
    shifts = Shift.objects.filter(staff=OuterRef("pk"))
    leaves = Leave.objects.filter(staff=OuterRef("pk"))
    roles = Role.objects.filter(staff=OuterRef("pk"), retired_at=None)
    rows = Staff.objects.filter(is_active=True).annotate(
        role_codes=ArraySubquery(roles.values("code")),
        has_shift_now=Exists(shifts.filter(starts_at__lte=at, ends_at__gt=at)),
        is_rostered=Exists(
            shifts.filter(ends_at__gt=at - _ROSTERED_WITHIN, starts_at__lt=at + _ROSTERED_WITHIN)
        ),
        is_on_leave=Exists(leaves.filter(starts_at__lte=at, ends_at__gt=at)),
    )
    if only is not None:
        rows = rows.filter(pk__in=only)
    memberships = Membership.objects.select_related("team")
    rows = rows.select_related("presence").prefetch_related(
        Prefetch("memberships", memberships), Prefetch("skills", SkillHeld.objects.all())
    )
    return tuple(
        PersonForRouting(
            id=row.pk,
            name=row.name,
            level=row.level,
            capacity=row.capacity,
            languages=frozenset(row.languages),
            roles=frozenset(row.role_codes),
            team_ids=frozenset(one.team_id for one in row.memberships.all()),
            teams=frozenset(one.team.code for one in row.memberships.all()),
            leads=frozenset(one.team.code for one in row.memberships.all() if one.leads),
            skills={one.code: one.level for one in row.skills.all()},
            presence=presence_of(row, at=at, policy=policy),
            on_shift=row.has_shift_now or not row.is_rostered,
            on_leave=row.is_on_leave,
        )
        for row in rows
    )
