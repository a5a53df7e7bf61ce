"""Signing in and out as far as the records go, and closing sessions from elsewhere."""

from datetime import datetime, timedelta

from django.db import transaction

from libin.kernel import audit
from libin.kernel.access import Actor
from libin.kernel.outbox import publish
from libin.people.facts import SessionsEnded
from libin.people.models import CodeUse, DoorFailures, Invitation, PasswordReset, StaffSession


@transaction.atomic
def note_sign_in(*, by: Actor, at: datetime) -> None:
    """Record that a person signed in."""
    audit.record(act="people.signed_in", subject=by.ref, by=by, at=at)


@transaction.atomic
def note_failed_sign_in(*, account: str, reason: str, by: Actor, at: datetime) -> None:
    """Record a failed attempt; `account` is a keyed hash, since the name may be a stranger's."""
    audit.record(
        act="people.sign_in_failed",
        subject=f"account:{account}",
        by=by,
        at=at,
        details={"reason": reason},
    )


@transaction.atomic
def note_second_factor(*, event: str, by: Actor, at: datetime) -> None:
    """Record that a person turned a second factor on or off, or made new recovery codes."""
    audit.record(act="people.second_factor", subject=by.ref, by=by, at=at, details={"event": event})


@transaction.atomic
def end_sessions(*, staff_id: int, by: Actor, at: datetime, keep: str = "") -> int:
    """Close a person's sessions at once, except the one whose stored key is `keep`. How many."""
    ended, _ = StaffSession.objects.filter(staff_id=staff_id).exclude(session_key=keep).delete()
    if ended:
        audit.record(
            act="people.end_sessions",
            subject=f"staff:{staff_id}",
            by=by,
            at=at,
            details={"ended": ended},
        )
        publish(SessionsEnded(staff_id=staff_id, by=by.ref, at=at))
    return ended


@transaction.atomic
def end_own_session(*, session_key: str, by: Actor, at: datetime) -> bool:
    """Close one of one's own sessions by its stored key. False when it is nobody's or another's."""
    ended, _ = StaffSession.objects.filter(staff_id=by.person, session_key=session_key).delete()
    if ended and by.staff_id is not None:
        audit.record(act="people.end_sessions", subject=by.ref, by=by, at=at, details={"ended": 1})
        publish(SessionsEnded(staff_id=by.staff_id, by=by.ref, at=at))
    return bool(ended)


@transaction.atomic
def sweep_door(*, by: Actor, at: datetime) -> int:
    """Forget what the door no longer needs: ended sessions, spent codes and links, old failures.

    How many rows went.
    """
    old = (
        StaffSession.objects.filter(ends_at__lt=at),
        CodeUse.objects.filter(used_at__lt=at - timedelta(hours=1)),
        DoorFailures.objects.filter(last_at__lt=at - timedelta(days=1)),
        PasswordReset.objects.filter(expires_at__lt=at - timedelta(days=1)),
        Invitation.objects.filter(expires_at__lt=at - timedelta(days=30)),
    )
    return sum(rows.delete()[0] for rows in old)
