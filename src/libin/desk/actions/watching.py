"""Who has a case open and who is writing in it."""

from datetime import datetime, timedelta

from django.db import transaction

from libin.desk.facts import WatchingChanged
from libin.desk.models import Watching
from libin.kernel.access import Actor
from libin.kernel.outbox import publish

STALE = timedelta(seconds=40)


@transaction.atomic
def watch_case(*, case_id: int, replying: bool, by: Actor, at: datetime) -> None:
    """A screen says every few seconds that its case is open; others hear of changes only. Not audited."""
    seen, created = Watching.objects.select_for_update().get_or_create(
        case_id=case_id, staff_id=by.person, defaults={"replying": replying, "seen_at": at}
    )
    fresh = not created and at - seen.seen_at < STALE
    changed = not fresh or seen.replying != replying
    if not created:
        seen.replying, seen.seen_at = replying, at
        seen.save(update_fields=["replying", "seen_at"])
    if changed:
        publish(WatchingChanged(case_id=case_id, by=by.ref, at=at))


@transaction.atomic
def stop_watching(*, case_id: int, by: Actor, at: datetime) -> None:
    """A screen was left. Not audited."""
    gone, _ = Watching.objects.filter(case_id=case_id, staff_id=by.person).delete()
    if gone:
        publish(WatchingChanged(case_id=case_id, by=by.ref, at=at))
