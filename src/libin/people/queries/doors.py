"""What lies at the door: invitations and resets that still work, and open sessions."""

from dataclasses import dataclass
from datetime import datetime

from libin.kernel.access import Actor
from libin.people.models import Invitation, PasswordReset, StaffSession
from libin.people.refusals import LinkNotValid


def invitation_to_use(hashed_token: bytes, *, at: datetime, lock: bool = False) -> Invitation:
    """The invitation with this hashed token that still works. Raises LinkNotValid."""
    rows = Invitation.objects.select_related("staff")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(
        token_hash=hashed_token,
        used_at=None,
        replaced_at=None,
        expires_at__gt=at,
        staff__joined_at=None,
        staff__left_at=None,
    ).first()
    if found is None:
        raise LinkNotValid
    return found


def reset_to_use(hashed_token: bytes, *, at: datetime, lock: bool = False) -> PasswordReset:
    """The password reset with this hashed token that still works. Raises LinkNotValid."""
    rows = PasswordReset.objects.select_related("staff")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(
        token_hash=hashed_token, used_at=None, expires_at__gt=at, staff__is_active=True
    ).first()
    if found is None:
        raise LinkNotValid
    return found


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One open session of the viewer; `key` is the stored hash."""

    key: str
    device: str
    signed_in_at: datetime | None
    seen_at: datetime
    is_this_one: bool


def own_sessions(viewer: Actor, *, current: str, at: datetime) -> tuple[OwnSession, ...]:
    """The viewer's open sessions, most recently used first."""
    rows = StaffSession.objects.filter(staff_id=viewer.person, ends_at__gt=at)
    return tuple(
        OwnSession(
            key=row.session_key,
            device=row.device,
            signed_in_at=row.signed_in_at,
            seen_at=row.seen_at,
            is_this_one=row.session_key == current,
        )
        for row in rows.order_by("-seen_at")
    )
