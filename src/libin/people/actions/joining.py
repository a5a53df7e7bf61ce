"""How somebody comes to work here: invited and accepting, or set up by the house itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from libin.kernel import access, audit, mail
from libin.kernel.access import Actor
from libin.kernel.outbox import publish
from libin.kernel.text import pinyin_of
from libin.people import letters
from libin.people.access import may, may_give
from libin.people.facts import StaffInvited, StaffJoined
from libin.people.locks import lock_powers
from libin.people.models import Invitation, Membership, Staff
from libin.people.passwords import set_password
from libin.people.queries.doors import invitation_to_use
from libin.people.queries.powers import administrators, powers_of, roles_named
from libin.people.queries.staff import teams_named
from libin.people.refusals import (
    AdministratorExists,
    AlreadyJoined,
    EmailTaken,
    EmailUnusable,
    NameMissing,
    RolesGiveNoPower,
)
from libin.people.rules import Permission, new_token, token_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class NewColleague:
    """Somebody who is to work here; roles and teams by their codes."""

    email: str
    name: str
    roles: Collection[str] = ()
    teams: Collection[str] = ()
    level: str = ""
    capacity: int | None = None
    languages: Collection[str] = ()
    language: str = "zh-hans"
    time_zone: str = "Asia/Shanghai"


@transaction.atomic
def invite_staff(
    *, colleague: NewColleague, link: str, valid_for: timedelta, by: Actor, at: datetime
) -> Staff:
    """Prepare an account and mail a link, with "{token}" replaced, by which she chooses a password.

    Raises NotPermitted, EmailUnusable, EmailTaken, NameMissing, RoleUnknown, TeamUnknown.
    """
    access.require(may(by, Permission.INVITE))
    staff = _add(colleague, by=by)
    _send_invitation(staff, link=link, valid_for=valid_for, by=by, at=at)
    return staff


@transaction.atomic
def invite_again(
    *, staff_id: int, link: str, valid_for: timedelta, by: Actor, at: datetime
) -> Staff:
    """Mail a fresh link; the former one stops working. Raises NotPermitted, AlreadyJoined."""
    access.require(may(by, Permission.INVITE))
    staff = Staff.objects.select_for_update().get(pk=staff_id)
    if staff.joined_at is not None:
        raise AlreadyJoined
    access.require(may_give(by, powers_of(staff_id)))
    _send_invitation(staff, link=link, valid_for=valid_for, by=by, at=at)
    return staff


@transaction.atomic
def accept_invitation(*, hashed_token: bytes, password: str, by: Actor, at: datetime) -> Staff:
    """Set the first password and let her in; the link is spent.

    `hashed_token` is `rules.token_hash` of what the link held. Raises LinkNotValid, PasswordTooWeak.
    """
    invitation = invitation_to_use(hashed_token, at=at, lock=True)
    staff = Staff.objects.select_for_update().get(pk=invitation.staff_id)
    set_password(staff, password)
    staff.is_active = True
    staff.joined_at = at
    staff.save(update_fields=["password", "is_active", "joined_at"])
    invitation.used_at = at
    invitation.save(update_fields=["used_at"])
    audit.record(act="people.accept_invitation", subject=f"staff:{staff.pk}", by=by, at=at)
    publish(StaffJoined(staff_id=staff.pk, by=by.ref, at=at))
    return staff


@transaction.atomic
def enrol_staff(*, colleague: NewColleague, password: str, by: Actor, at: datetime) -> Staff:
    """Add somebody who may sign in at once; for the house's own set-up, where no mail goes out.

    Raises NotPermitted, EmailUnusable, EmailTaken, NameMissing, RoleUnknown, PasswordTooWeak.
    """
    access.require(may(by, Permission.INVITE))
    staff = _add(colleague, by=by)
    set_password(staff, password)
    staff.is_active = True
    staff.joined_at = at
    staff.save(update_fields=["password", "is_active", "joined_at"])
    audit.record(act="people.enrol", subject=f"staff:{staff.pk}", by=by, at=at)
    publish(StaffJoined(staff_id=staff.pk, by=by.ref, at=at))
    return staff


@transaction.atomic
def create_first_administrator(
    *, colleague: NewColleague, password: str, by: Actor, at: datetime
) -> Staff:
    """Add the person who will add everybody else. Her roles must let her give roles.

    Raises AdministratorExists when somebody already can, RolesGiveNoPower when hers do not.
    """
    lock_powers()
    if administrators().exists():
        raise AdministratorExists
    staff = enrol_staff(colleague=colleague, password=password, by=by, at=at)
    if not administrators().exists():
        raise RolesGiveNoPower
    return staff


def _add(colleague: NewColleague, *, by: Actor) -> Staff:
    email = colleague.email.strip().lower()
    name = " ".join(colleague.name.split())
    try:
        validate_email(email)
    except ValidationError as problem:
        raise EmailUnusable from problem
    if not name:
        raise NameMissing
    roles = roles_named(colleague.roles)
    teams = teams_named(colleague.teams)
    access.require(may_give(by, {one for role in roles for one in role.permissions}))
    if Staff.objects.filter(email__iexact=email).exists():
        raise EmailTaken
    staff = Staff(
        email=email,
        name=name,
        pinyin=pinyin_of(name),
        level=colleague.level,
        capacity=colleague.capacity,
        languages=list(colleague.languages),
        language=colleague.language,
        time_zone=colleague.time_zone,
    )
    staff.set_unusable_password()
    staff.save(force_insert=True)
    staff.roles.set(roles)
    Membership.objects.bulk_create([Membership(staff=staff, team=team) for team in teams])
    return staff


def _send_invitation(
    staff: Staff, *, link: str, valid_for: timedelta, by: Actor, at: datetime
) -> None:
    Invitation.objects.filter(staff=staff, used_at=None, replaced_at=None).update(replaced_at=at)
    token = new_token()
    Invitation.objects.create(
        staff=staff,
        token_hash=token_hash(token),
        invited_by=by.ref,
        sent_at=at,
        expires_at=at + valid_for,
    )
    staff.invited_at = at
    staff.save(update_fields=["invited_at"])
    letter = letters.invitation(
        name=staff.name,
        language=staff.language,
        link=link.replace("{token}", token),
        hours=int(valid_for.total_seconds() // 3600),
    )
    mail.post(
        to=[staff.email],
        subject=letter.subject,
        text=letter.text,
        subject_ref=f"staff:{staff.pk}",
        automatic=True,
        at=at,
    )
    audit.record(act="people.invite", subject=f"staff:{staff.pk}", by=by, at=at)
    publish(StaffInvited(staff_id=staff.pk, by=by.ref, at=at))
