"""Who holds a case: one open stretch of responsibility at a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from libin.desk.actions.case_events import Happening
from libin.desk.facts import Assigned, Unassigned
from libin.desk.models import Assignment, Case
from libin.kernel import audit
from libin.kernel.access import Actor
from libin.kernel.outbox import publish


def hold(
    case: Case,
    staff_id: int,
    *,
    how: str,
    why: Mapping[str, Any],
    by: Actor,
    at: datetime,
    brief: str = "",
) -> None:
    """Give a locked case to a person; the caller saves the case."""
    before = case.owner_id
    if before == staff_id:
        return
    if before is not None:
        Assignment.objects.filter(case=case, until_at=None).update(until_at=at)
    Assignment.objects.create(
        case=case, staff_id=staff_id, how=how, why=dict(why), brief=brief, by=by.ref, from_at=at
    )
    case.owner_id = staff_id
    case.asked_id = None
    case.why_owner = dict(why)
    case.assigned_at = at
    case.changed_at = at
    audit.record(
        act="desk.assign",
        subject=f"case:{case.pk}",
        by=by,
        at=at,
        details={"to": staff_id, "from": before, "how": how},
    )
    _somebody_has_it(case, by=by, at=at)
    publish(
        Assigned(
            case_id=case.pk,
            staff_id=staff_id,
            before_id=before,
            why=str(why.get("code", "")),
            by=by.ref,
            at=at,
        )
    )


def _somebody_has_it(case: Case, *, by: Actor, at: datetime) -> None:
    """What being held by somebody means for the case's promises and steps. The caller saves the case."""
    happening = Happening.at_case(case, by=by, at=at)
    happening.hear("desk.assigned")
    happening.write()
    happening.tell()


def let_go(case: Case, *, by: Actor, at: datetime) -> None:
    """Take a locked case from whoever holds it, so that it is routed anew; the caller saves the case."""
    if case.owner_id is None:
        return
    Assignment.objects.filter(case=case, until_at=None).update(until_at=at)
    before, case.owner_id = case.owner_id, None
    case.why_owner = {}
    case.assigned_at = None
    case.changed_at = at
    audit.record(
        act="desk.unassign", subject=f"case:{case.pk}", by=by, at=at, details={"from": before}
    )
    publish(Unassigned(case_id=case.pk, before_id=before, by=by.ref, at=at))
