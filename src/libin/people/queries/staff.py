"""Who works here, as lists and as one person."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from libin.kernel.access import Actor
from libin.kernel.errors import NotFound
from libin.people.models import Department, Role, Staff, Team
from libin.people.queries.powers import powers_of
from libin.people.refusals import TeamUnknown
from libin.people.rules import Permission, PresencePolicy, PresenceState, presence_now


@dataclass(frozen=True, slots=True)
class Titled:
    """A role, team or department by code, with its title in the reader's language."""

    id: int
    code: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLine:
    """One person in a list. `standing` is invited, active or left."""

    id: int
    name: str
    email: str
    level: str
    standing: str
    roles: tuple[Titled, ...]
    teams: tuple[Titled, ...]
    presence: PresenceState


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateHeld:
    """A certificate; `valid` on the day asked for."""

    id: int
    code: str
    held_on: date
    expires_on: date | None
    valid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffCard:
    """All that is kept of one person, for whoever may edit her."""

    id: int
    name: str
    email: str
    level: str
    capacity: int | None
    languages: tuple[str, ...]
    standing: str
    joined_at: datetime | None
    left_at: datetime | None
    invited_at: datetime | None
    presence: PresenceState
    roles: tuple[Titled, ...]
    teams: tuple[Titled, ...]
    leads: frozenset[str]
    skills: tuple[tuple[str, int], ...]
    certificates: tuple[CertificateHeld, ...]
    powers: frozenset[str]


def staff_visible_to(viewer: Actor) -> QuerySet[Staff]:
    """The staff a viewer may look up: all with the permission, else only herself."""
    everybody = Staff.objects.order_by("pinyin", "id")
    if viewer.holds(Permission.VIEW):
        return everybody
    return everybody.filter(pk=viewer.staff_id) if viewer.staff_id else everybody.none()


def names_of(viewer: Actor, staff_ids: Collection[int]) -> dict[int, str]:
    """Names of colleagues by number, for screens that show who did something. One statement."""
    if not (viewer.is_staff or viewer.holds(Permission.VIEW)) or not staff_ids:
        return {}
    return dict(Staff.objects.filter(pk__in=staff_ids).order_by().values_list("pk", "name"))


def staff_lines(
    viewer: Actor,
    *,
    words: str = "",
    standing: str = "",
    language: str,
    at: datetime,
    policy: PresencePolicy,
) -> tuple[StaffLine, ...]:
    """The visible staff by name, narrowed to words in name, pinyin or address. Three statements."""
    rows = staff_visible_to(viewer)
    if words := words.strip():
        sounds = "".join(words.split())
        rows = rows.filter(
            Q(name__icontains=words) | Q(email__icontains=words) | Q(pinyin__icontains=sounds)
        )
    if standing in _STANDINGS:
        rows = rows.filter(_STANDINGS[standing])
    rows = rows.select_related("presence").prefetch_related("roles", "teams")
    return tuple(
        StaffLine(
            id=row.pk,
            name=row.name,
            email=row.email,
            level=row.level,
            standing=standing_of(row),
            roles=_titled(row.roles.all(), language),
            teams=_titled(row.teams.all(), language),
            presence=presence_of(row, at=at, policy=policy),
        )
        for row in rows
    )


_STANDINGS = {
    "active": Q(is_active=True),
    "invited": Q(joined_at=None, left_at=None),
    "left": Q(left_at__isnull=False),
}


def standing_of(staff: Staff) -> str:
    """Whether somebody is invited, active or has left."""
    if staff.left_at is not None:
        return "left"
    return "active" if staff.joined_at is not None else "invited"


def presence_of(staff: Staff, *, at: datetime, policy: PresencePolicy) -> PresenceState:
    """What a person counts as at an instant."""
    said = getattr(staff, "presence", None)
    if said is None or not staff.is_active:
        return PresenceState.OFFLINE
    return presence_now(
        state=PresenceState(said.state), seen_at=said.seen_at, tabs=said.tabs, at=at, policy=policy
    )


def staff_card(
    viewer: Actor, staff_id: int, *, language: str, at: datetime, policy: PresencePolicy
) -> StaffCard:
    """One person in full. Raises NotFound for whoever may not look her up."""
    rows = staff_visible_to(viewer).select_related("presence")
    rows = rows.prefetch_related("roles", "memberships__team", "skills", "certificates")
    row = rows.filter(pk=staff_id).first()
    if row is None:
        raise NotFound
    today = at.date()
    return StaffCard(
        id=row.pk,
        name=row.name,
        email=row.email,
        level=row.level,
        capacity=row.capacity,
        languages=tuple(row.languages),
        standing=standing_of(row),
        joined_at=row.joined_at,
        left_at=row.left_at,
        invited_at=row.invited_at,
        presence=presence_of(row, at=at, policy=policy),
        roles=_titled(row.roles.all(), language),
        teams=_titled([one.team for one in row.memberships.all()], language),
        leads=frozenset(one.team.code for one in row.memberships.all() if one.leads),
        skills=tuple((one.code, one.level) for one in row.skills.all()),
        certificates=tuple(
            CertificateHeld(
                id=one.pk,
                code=one.code,
                held_on=one.held_on,
                expires_on=one.expires_on,
                valid=one.expires_on is None or one.expires_on >= today,
            )
            for one in row.certificates.all()
        ),
        powers=powers_of(row.pk),
    )


def roles_in_force(language: str) -> tuple[Titled, ...]:
    """The roles that can be given."""
    return _titled(Role.objects.filter(retired_at=None), language)


def teams_in_force(language: str) -> tuple[Titled, ...]:
    """The teams people can be placed in."""
    return _titled(Team.objects.filter(retired_at=None), language)


def departments_in_force(language: str) -> tuple[Titled, ...]:
    """The departments of the organisation."""
    return _titled(Department.objects.filter(retired_at=None), language)


def people_by_role(viewer: Actor) -> dict[str, tuple[tuple[int, str], ...]]:
    """Active colleagues (number, name) by role code; nothing for a viewer without permission."""
    rows = staff_visible_to(viewer).filter(is_active=True, roles__retired_at=None)
    found: dict[str, tuple[tuple[int, str], ...]] = {}
    for code, number, name in rows.values_list("roles__code", "pk", "name"):
        if code is not None:
            found[code] = (*found.get(code, ()), (number, name))
    return found


def teams_named(codes: Collection[str]) -> list[Team]:
    """The teams with these codes. Raises TeamUnknown for one that is not in force."""
    found = {team.code: team for team in Team.objects.filter(code__in=codes, retired_at=None)}
    for code in codes:
        if code not in found:
            raise TeamUnknown(code=code)
    return list(found.values())


def _titled(rows: Iterable[Role | Team | Department], language: str) -> tuple[Titled, ...]:
    return tuple(Titled(row.pk, row.code, row.title_in(language)) for row in rows)
