"""What waits for its time or for a person."""

from datetime import datetime, timedelta

from libin.desk.models import Case, Promise
from libin.desk.queries.lists import OPEN
from libin.handbook import queries as handbooks

CLOSES_AFTER = "close-after-resolved"
_PORTION = 200


def next_promise_wakes() -> datetime | None:
    """The next instant at which some promise must be looked at."""
    return (
        Promise.objects.filter(wake_at__isnull=False)
        .order_by("wake_at")
        .values_list("wake_at", flat=True)
        .first()
    )


def waiting_for_somebody(limit: int = 100) -> list[int]:
    """Running cases that nobody holds, the most pressing first."""
    return list(
        Case.objects.filter(owner=None, state__in=OPEN)
        .order_by("risk_at", "id")
        .values_list("pk", flat=True)[:limit]
    )


def resolved_long_enough(*, at: datetime) -> list[int]:
    """Resolved cases to which the customer has not objected in the time of the case's own handbook."""
    resolved = Case.objects.filter(state=Case.State.RESOLVED)
    found: list[int] = []
    for version_id in resolved.order_by().values_list("handbook_id", flat=True).distinct():
        before = at - timedelta(hours=handbooks.version(version_id).limit(CLOSES_AFTER))
        ripe = resolved.filter(handbook_id=version_id, resolved_at__lte=before)
        found += ripe.order_by("resolved_at").values_list("pk", flat=True)[:_PORTION]
    return found
