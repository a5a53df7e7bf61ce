"""The people a case could go to, with what they hold, and what the case needs of them."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Count, Max

from libin.customers.models import Customer
from libin.desk.models import Assignment, Case
from libin.desk.rules.routing import Candidate, Need
from libin.handbook.rules import Handbook
from libin.kernel.access import SYSTEM
from libin.people import queries as people
from libin.people.models import Staff, Team
from libin.people.rules import PresencePolicy

AWAY = "presence-away"
OFFLINE = "presence-offline"


def presence_policy(handbook: Handbook) -> PresencePolicy:
    """How long a silent screen counts as here, as the handbook says."""
    return PresencePolicy(
        away_after=timedelta(seconds=handbook.limit(AWAY)),
        offline_after=timedelta(seconds=handbook.limit(OFFLINE)),
    )


def candidates(
    handbook: Handbook, *, at: datetime, only: Collection[int] | None = None
) -> tuple[Candidate, ...]:
    """Everybody who works here, as routing sees them now. Five statements."""
    staff = people.people_for_routing(SYSTEM, at=at, policy=presence_policy(handbook), only=only)
    loads = dict(
        Case.objects.filter(state=Case.State.OPEN, owner__isnull=False)
        .order_by()
        .values_list("owner_id")
        .annotate(Count("pk"))
    )
    given = dict(
        Assignment.objects.filter(until_at=None, from_at__gt=at - timedelta(days=1))
        .order_by()
        .values_list("staff_id")
        .annotate(Max("from_at"))
    )
    return tuple(
        Candidate(
            staff_id=person.id,
            available=person.is_available,
            level_rank=handbook.levels[person.level].rank if person.level in handbook.levels else 0,
            teams=person.teams,
            roles=person.roles,
            languages=person.languages,
            skills=frozenset(person.skills),
            capacity=_capacity(handbook, person.level, person.capacity),
            load=loads.get(person.id, 0),
            last_given_at=given.get(person.id),
        )
        for person in staff
    )


def _capacity(handbook: Handbook, level: str, own: int | None) -> int:
    if own is not None:
        return max(own, 0)
    return handbook.levels[level].capacity_async if level in handbook.levels else 1


def need_of(handbook: Handbook, case: Case, *, at: datetime) -> Need:
    """What this case asks of the person who takes it, with what its waiting has lifted. One statement."""
    manager, backup = (
        Customer.objects.filter(pk=case.customer_id)
        .values_list("account_manager_id", "backup_manager_id")
        .first()
    ) or (None, None)
    lane = handbook.lanes[case.lane]
    waited = (at - case.opened_at).total_seconds()
    return Need(
        criteria=handbook.routing.criteria,
        lane=lane.code,
        teams=frozenset(teams_serving(handbook, case)),
        min_level_rank=handbook.levels[lane.min_level].rank,
        language=case.language,
        manager_id=manager,
        backup_id=backup,
        skills=tuple(code for code in (case.topic, case.kind) if code),
        relaxed=frozenset(
            rule.to for rule in handbook.routing.overflow if rule.after_seconds <= waited
        ),
    )


def teams_serving(handbook: Handbook, case: Case) -> list[str]:
    """Codes of the teams that serve the case's lane and kind, in the handbook's order."""
    return [
        team.code
        for team in handbook.teams.values()
        if case.lane in team.lanes and (not team.kinds or case.kind in team.kinds)
    ]


def team_for(handbook: Handbook, case: Case) -> Team | None:
    """The first team that serves a case."""
    serving = teams_serving(handbook, case)
    found = {team.code: team for team in Team.objects.filter(code__in=serving)}
    return next((found[code] for code in serving if code in found), None)


def person_for_role(
    handbook: Handbook, role: str, *, other_than: int | None, at: datetime
) -> int | None:
    """The least loaded person of a role who is here, other than one; None when nobody is."""
    fitting = [
        person
        for person in candidates(handbook, at=at)
        if role in person.roles and person.available and person.staff_id != other_than
    ]
    best = min(fitting, key=lambda person: (person.load, person.staff_id), default=None)
    return best.staff_id if best else None


def is_active(staff_id: int) -> bool:
    """Whether this person works here."""
    return Staff.objects.filter(pk=staff_id, is_active=True).exists()
