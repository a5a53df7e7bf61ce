"""Low scores that are owed a follow-up: whose, by when, and what is to be done."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from libin.customers.queries import CustomerPanel, panel
from libin.handbook import queries as handbook
from libin.handbook.rules import Band
from libin.kernel.access import Actor
from libin.kernel.errors import NotFound
from libin.surveys import access
from libin.surveys.models import FollowUp


class NoSuchFollowUp(NotFound):
    """There is no such follow-up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpShown:
    """One low score with who looks after it; `band` says what the handbook asks for."""

    id: int
    case_id: int
    subject: str
    customer_id: int
    customer: CustomerPanel | None
    score: int
    highest: int
    comment: str
    band: Band | None
    owner_id: int | None
    owner: str
    answered_at: datetime
    due_at: datetime
    done_at: datetime | None
    result: str

    def is_late(self, at: datetime) -> bool:
        """Whether its due instant has passed, or had when it was done."""
        return (self.done_at or at) > self.due_at


def follow_ups(
    viewer: Actor, *, done: bool = False, owner_id: int | None = None, limit: int = 100
) -> list[FollowUpShown]:
    """Open follow-ups, the one due first at the top; or the latest that are done."""
    rows = _with_all(access.follow_ups_visible_to(viewer)).filter(done_at__isnull=not done)
    if owner_id:
        rows = rows.filter(owner_id=owner_id)
    found = list(rows.order_by("-done_at" if done else "due_at", "pk")[:limit])
    customers = panel(viewer, (row.answer.invitation.customer_id for row in found))
    return [_shown(row, customers) for row in found]


def _with_all(rows: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    return rows.select_related("owner", "answer__invitation__case")


def _shown(row: FollowUp, customers: dict[int, CustomerPanel]) -> FollowUpShown:
    invitation = row.answer.invitation
    survey = handbook.version(invitation.handbook_id).surveys[invitation.survey]
    return FollowUpShown(
        id=row.pk,
        case_id=invitation.case_id,
        subject=invitation.case.subject,
        customer_id=invitation.customer_id,
        customer=customers.get(invitation.customer_id),
        score=row.answer.score,
        highest=max(point.score for point in survey.scale),
        comment=row.answer.comment,
        band=next((band for band in survey.bands if band.code == row.answer.band), None),
        owner_id=row.owner_id,
        owner=row.owner.name if row.owner else "",
        answered_at=row.answer.at,
        due_at=row.due_at,
        done_at=row.done_at,
        result=row.result,
    )


def locked_follow_up(viewer: Actor, follow_up_id: int) -> FollowUp:
    """One follow-up, held until the transaction ends. Raises NoSuchFollowUp."""
    row = (
        access.follow_ups_visible_to(viewer)
        .select_related("answer__invitation")
        .select_for_update(of=("self",))
        .filter(pk=follow_up_id)
        .first()
    )
    if row is None:
        raise NoSuchFollowUp
    return row


def overdue(at: datetime, *, limit: int = 200) -> list[int]:
    """Open follow-ups whose due instant has passed and was not noted yet."""
    rows = FollowUp.objects.filter(done_at=None, overdue_noted_at=None, due_at__lte=at)
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:limit])
