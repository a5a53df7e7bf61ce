"""Raw mail is kept before anybody is told that we have it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from libin.channels.models import InboundMail, Mailbox
from libin.kernel import audit, queue
from libin.kernel.access import Actor

PARSE = "channels.parse_inbound"


@transaction.atomic
def keep_mail(
    *,
    mailbox_id: int,
    raw: bytes,
    by: Actor,
    at: datetime,
    uid_validity: int | None = None,
    uid: int | None = None,
    envelope_to: Sequence[str] = (),
    size: int | None = None,
    problem: str = "",
) -> int:
    """Commit the bytes of one mail and the work they cause; returns its number, the same for the same UID.

    With a `problem` (a mail too large to be fetched, of which only the header is kept) it goes to quarantine.
    """
    known = InboundMail.objects.filter(
        mailbox_id=mailbox_id, uid_validity=uid_validity, uid=uid, uid__isnull=False
    ).values_list("pk", flat=True)
    if number := known.first():
        return number
    digest = hashlib.sha256(raw).digest()
    if uid is not None and (number := _renumbered(mailbox_id, digest, uid_validity, uid)):
        return number
    try:
        with transaction.atomic():
            row = InboundMail.objects.create(
                mailbox_id=mailbox_id,
                uid_validity=uid_validity,
                uid=uid,
                sha256=digest,
                raw=raw,
                size=len(raw) if size is None else size,
                envelope_to=[one[:320] for one in envelope_to],
                received_at=at,
                state=InboundMail.State.QUARANTINED if problem else InboundMail.State.RECEIVED,
                problem=problem,
            )
    except IntegrityError:  # a second fetcher was quicker
        return known.get()
    audit.record(act="channels.keep_mail", subject=f"inbound:{row.pk}", by=by, at=at)
    if not problem:
        queue.enqueue(queue.kinds[PARSE], at=at, inbound_id=row.pk)
    return row.pk


def _renumbered(mailbox_id: int, digest: bytes, uid_validity: int | None, uid: int) -> int | None:
    """After the server numbered its folder anew: the row of the same bytes under an old number, taken over."""
    row = (
        InboundMail.objects.select_for_update(skip_locked=True)
        .filter(mailbox_id=mailbox_id, sha256=digest, uid__isnull=False)
        .exclude(uid_validity=uid_validity)
        .only("pk")
        .order_by("pk")
        .first()
    )
    if row is None:
        return None
    InboundMail.objects.filter(pk=row.pk).update(uid_validity=uid_validity, uid=uid)
    return row.pk


@transaction.atomic
def note_filed(*, inbound_ids: Sequence[int], by: Actor, at: datetime) -> None:
    """The server was told that we have these mails."""
    InboundMail.objects.filter(pk__in=inbound_ids, filed_at=None).update(filed_at=at)


@transaction.atomic
def note_position(
    *, mailbox_id: int, uid_validity: int | None, last_uid: int, by: Actor, at: datetime
) -> None:
    """How far the folder has been read."""
    Mailbox.objects.filter(pk=mailbox_id).update(uid_validity=uid_validity, last_uid=last_uid)
