"""Presence, shifts and leave."""

from datetime import datetime

from django.db import transaction

from libin.kernel import access, audit
from libin.kernel.access import Actor
from libin.kernel.errors import NotFound
from libin.kernel.outbox import publish
from libin.people.access import may_plan
from libin.people.facts import PresenceChanged, RosterChanged
from libin.people.models import Leave, Presence, Shift, Staff
from libin.people.refusals import NotWorkingHere, SpanOverlaps, SpanUpsideDown, ValueNotOffered
from libin.people.rules import PresencePolicy, PresenceState, presence_now


@transaction.atomic
def set_presence(*, state: str, by: Actor, at: datetime) -> Presence:
    """Say of oneself: online, busy, away or offline. Raises ValueNotOffered, NotWorkingHere."""
    if state not in Presence.State.values:
        raise ValueNotOffered(value=state)
    presence = _own(by)
    presence.state = state
    presence.seen_at = at
    presence.tabs = max(presence.tabs, 1)
    presence.save(update_fields=["state", "seen_at", "tabs"])
    publish(PresenceChanged(staff_id=presence.pk, state=state, by=by.ref, at=at))
    return presence


@transaction.atomic
def heartbeat(*, opened: bool, policy: PresencePolicy, by: Actor, at: datetime) -> Presence:
    """A tab of the workspace gives a sign of life; `opened` when it has just been opened.

    Whoever opens a page after having been gone is online. Raises NotWorkingHere.
    """
    presence = _own(by)
    before = _state_at(presence, at=at, policy=policy)
    silent = None if presence.seen_at is None else at - presence.seen_at
    if opened and (silent is None or silent >= policy.offline_after):
        presence.state = Presence.State.ONLINE
    if silent is None or silent >= policy.away_after:
        presence.tabs = 0
    presence.tabs = presence.tabs + 1 if opened else max(presence.tabs, 1)
    presence.seen_at = at
    presence.save(update_fields=["state", "seen_at", "tabs"])
    after = _state_at(presence, at=at, policy=policy)
    if after is not before:
        publish(PresenceChanged(staff_id=presence.pk, state=after.value, by=by.ref, at=at))
    return presence


@transaction.atomic
def close_tab(*, by: Actor, at: datetime) -> None:
    """A tab of the workspace was closed; with the last one the person soon counts as away."""
    presence = _own(by)
    presence.tabs = max(presence.tabs - 1, 0)
    presence.seen_at = at
    presence.save(update_fields=["tabs", "seen_at"])


def _state_at(presence: Presence, *, at: datetime, policy: PresencePolicy) -> PresenceState:
    return presence_now(
        state=PresenceState(presence.state),
        seen_at=presence.seen_at,
        tabs=presence.tabs,
        at=at,
        policy=policy,
    )


def _own(by: Actor) -> Presence:
    if not Staff.objects.filter(pk=by.person, is_active=True).exists():
        raise NotWorkingHere
    Presence.objects.bulk_create([Presence(staff_id=by.person)], ignore_conflicts=True)
    return Presence.objects.select_for_update().get(staff_id=by.person)


@transaction.atomic
def plan_shift(
    *, staff_id: int, starts_at: datetime, ends_at: datetime, by: Actor, at: datetime
) -> Shift:
    """Plan a span of work. Raises NotPermitted, NotFound, SpanUpsideDown, SpanOverlaps."""
    access.require(may_plan(by))
    _check_span(starts_at, ends_at)
    _lock_roster_of(staff_id)
    if Shift.objects.filter(
        staff_id=staff_id, starts_at__lt=ends_at, ends_at__gt=starts_at
    ).exists():
        raise SpanOverlaps
    shift = Shift.objects.create(staff_id=staff_id, starts_at=starts_at, ends_at=ends_at)
    _noted("people.plan_shift", staff_id, by=by, at=at)
    return shift


@transaction.atomic
def cancel_shift(*, shift_id: int, by: Actor, at: datetime) -> None:
    """Take a shift off the roster. Raises NotPermitted, NotFound."""
    access.require(may_plan(by))
    shift = Shift.objects.select_for_update().filter(pk=shift_id).first()
    if shift is None:
        raise NotFound
    shift.delete()
    _noted("people.cancel_shift", shift.staff_id, by=by, at=at)


@transaction.atomic
def plan_leave(
    *,
    staff_id: int,
    starts_at: datetime,
    ends_at: datetime,
    kind: str,
    by: Actor,
    at: datetime,
) -> Leave:
    """Plan a span without work. Raises NotPermitted, NotFound, SpanUpsideDown, SpanOverlaps."""
    access.require(may_plan(by))
    if kind not in Leave.Kind.values:
        raise ValueNotOffered(value=kind)
    _check_span(starts_at, ends_at)
    _lock_roster_of(staff_id)
    if Leave.objects.filter(
        staff_id=staff_id, starts_at__lt=ends_at, ends_at__gt=starts_at
    ).exists():
        raise SpanOverlaps
    leave = Leave.objects.create(staff_id=staff_id, starts_at=starts_at, ends_at=ends_at, kind=kind)
    _noted("people.plan_leave", staff_id, by=by, at=at)
    return leave


@transaction.atomic
def cancel_leave(*, leave_id: int, by: Actor, at: datetime) -> None:
    """Take a leave off the roster. Raises NotPermitted, NotFound."""
    access.require(may_plan(by))
    leave = Leave.objects.select_for_update().filter(pk=leave_id).first()
    if leave is None:
        raise NotFound
    leave.delete()
    _noted("people.cancel_leave", leave.staff_id, by=by, at=at)


def _check_span(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise SpanUpsideDown


def _lock_roster_of(staff_id: int) -> None:
    if not Staff.objects.select_for_update().filter(pk=staff_id, left_at=None).exists():
        raise NotFound


def _noted(act: str, staff_id: int, *, by: Actor, at: datetime) -> None:
    audit.record(act=act, subject=f"staff:{staff_id}", by=by, at=at)
    publish(RosterChanged(staff_id=staff_id, by=by.ref, at=at))
