"""Giving and taking roles, and letting people go and come back."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from libin.kernel import access, audit
from libin.kernel.access import Actor
from libin.kernel.errors import NotFound
from libin.kernel.outbox import publish
from libin.people.access import may_deactivate, may_grant
from libin.people.actions.sessions import end_sessions
from libin.people.facts import StaffChanged, StaffDeactivated, StaffReactivated
from libin.people.locks import lock_powers
from libin.people.models import Invitation, PasswordReset, Presence, Role, Staff
from libin.people.queries.powers import powers_of, require_an_administrator, roles_named
from libin.people.refusals import AlreadyWorkingHere, NotWorkingHere


@transaction.atomic
def grant_roles(*, staff_id: int, roles: Collection[str], by: Actor, at: datetime) -> None:
    """Make these the person's roles, by code.

    Raises NotPermitted, NotFound, RoleUnknown, and LastAdministrator when nobody would remain who
    may give roles.
    """
    lock_powers()
    staff = _locked(staff_id)
    wanted = {role.code: role for role in roles_named(roles)}
    held = {role.code: role for role in Role.objects.filter(staff=staff)}
    changed = [role for code, role in (held | wanted).items() if (code in held) != (code in wanted)]
    at_stake = {one for role in changed for one in role.permissions}
    access.require(may_grant(by, staff_id=staff_id, changed=at_stake))
    if not changed:
        return
    staff.roles.set(wanted.values())
    require_an_administrator()
    audit.record(
        act="people.grant_roles",
        subject=f"staff:{staff_id}",
        by=by,
        at=at,
        details={"before": sorted(held), "after": sorted(wanted)},
    )
    publish(StaffChanged(staff_id=staff_id, by=by.ref, at=at))


@transaction.atomic
def deactivate_staff(*, staff_id: int, by: Actor, at: datetime) -> Staff:
    """Let somebody go: no sign-in, no open session, no link that works; her work finds new owners.

    Also withdraws an invitation that was not accepted. Raises NotPermitted, NotFound,
    NotWorkingHere, LastAdministrator.
    """
    lock_powers()
    staff = _locked(staff_id)
    access.require(may_deactivate(by, staff_id=staff_id, powers=powers_of(staff_id)))
    if staff.left_at is not None:
        raise NotWorkingHere
    staff.is_active = False
    staff.left_at = at
    staff.save(update_fields=["is_active", "left_at"])
    require_an_administrator()
    Invitation.objects.filter(staff=staff, used_at=None, replaced_at=None).update(replaced_at=at)
    PasswordReset.objects.filter(staff=staff, used_at=None, expires_at__gt=at).update(expires_at=at)
    Presence.objects.filter(staff=staff).update(state=Presence.State.OFFLINE, tabs=0)
    end_sessions(staff_id=staff_id, by=by, at=at)
    audit.record(act="people.deactivate", subject=f"staff:{staff_id}", by=by, at=at)
    publish(StaffDeactivated(staff_id=staff_id, by=by.ref, at=at))
    return staff


@transaction.atomic
def reactivate_staff(*, staff_id: int, by: Actor, at: datetime) -> Staff:
    """Let somebody back in with the roles she had. Raises NotPermitted, AlreadyWorkingHere."""
    lock_powers()
    staff = _locked(staff_id)
    access.require(may_deactivate(by, staff_id=staff_id, powers=powers_of(staff_id)))
    if staff.left_at is None:
        raise AlreadyWorkingHere
    staff.left_at = None
    staff.is_active = staff.joined_at is not None
    staff.save(update_fields=["is_active", "left_at"])
    audit.record(act="people.reactivate", subject=f"staff:{staff_id}", by=by, at=at)
    publish(StaffReactivated(staff_id=staff_id, by=by.ref, at=at))
    return staff


def _locked(staff_id: int) -> Staff:
    staff = Staff.objects.select_for_update().filter(pk=staff_id).first()
    if staff is None:
        raise NotFound
    return staff
