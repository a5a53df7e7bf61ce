"""A person says that she has read a version."""

from datetime import datetime

from django.db import transaction

from libin.handbook import access
from libin.handbook.facts import VersionAcknowledged
from libin.handbook.models import HandbookVersion, ReadReceipt
from libin.handbook.refusals import NoSuchVersion, VersionNotPublished
from libin.kernel import audit
from libin.kernel.access import Actor, require
from libin.kernel.outbox import publish


@transaction.atomic
def acknowledge(*, version_id: int, by: Actor, at: datetime) -> ReadReceipt:
    """Record that the acting person has read a published version; saying so twice changes nothing."""
    require(access.may_read(by))
    row = HandbookVersion.objects.filter(pk=version_id).defer("files").first()
    if row is None or by.staff_id is None:
        raise NoSuchVersion
    if row.state != HandbookVersion.State.PUBLISHED:
        raise VersionNotPublished
    receipt, new = ReadReceipt.objects.get_or_create(
        version=row, staff_id=by.staff_id, defaults={"at": at}
    )
    if new:
        audit.record(
            act="handbook.acknowledge",
            subject=f"handbook:{row.pk}",
            by=by,
            at=at,
            details={"number": row.number},
        )
        publish(VersionAcknowledged(version_id=row.pk, staff_id=by.staff_id, by=by.ref, at=at))
    return receipt
