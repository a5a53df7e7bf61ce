"""Who has read a version, and who should but has not."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from libin.handbook import access
from libin.handbook.models import ReadReceipt
from libin.handbook.queries.versions import version
from libin.kernel.access import Actor, require
from libin.people.models import Staff


@dataclass(frozen=True, slots=True)
class Reader:
    """One person who has to read a version; ``at`` is empty until she says she has."""

    staff_id: int
    name: str
    at: datetime | None


def readers(viewer: Actor, version_id: int) -> tuple[Reader, ...]:
    """Everybody who has to acknowledge a version, those who have not yet first.

    Only who supervises or publishes sees others; anybody else sees herself.
    """
    require(access.may_read(viewer))
    receipt = ReadReceipt.objects.filter(version_id=version_id, staff=OuterRef("pk"))
    owing = (
        Staff.objects.filter(
            is_active=True,
            roles__code__in=version(version_id).acknowledged_by,
            roles__retired_at=None,
        )
        .distinct()
        .annotate(read_at=Subquery(receipt.values("at")[:1]))
    )
    if not (viewer.holds("handbook.publish") or viewer.holds("desk.supervise")):
        owing = owing.filter(pk=viewer.staff_id or 0)
    found = [
        Reader(pk, name, read_at)
        for pk, name, read_at in owing.order_by("pinyin", "pk").values_list("pk", "name", "read_at")
    ]
    return tuple(sorted(found, key=lambda reader: reader.at is not None))


def has_read(staff_id: int, version_id: int) -> datetime | None:
    """When a person acknowledged a version, or nothing."""
    return (
        ReadReceipt.objects.filter(version_id=version_id, staff_id=staff_id)
        .values_list("at", flat=True)
        .first()
    )


def must_acknowledge(viewer: Actor, version_id: int) -> bool:
    """Whether this person has to acknowledge the version and has not."""
    if viewer.staff_id is None or has_read(viewer.staff_id, version_id):
        return False
    return Staff.objects.filter(
        pk=viewer.staff_id,
        roles__code__in=version(version_id).acknowledged_by,
        roles__retired_at=None,
    ).exists()
