"""Forgotten and changed passwords."""

from datetime import datetime, timedelta

from django.db import transaction

from libin.kernel import audit, mail
from libin.kernel.access import Actor
from libin.kernel.outbox import publish
from libin.people import letters
from libin.people.actions.sessions import end_sessions
from libin.people.facts import PasswordResetAsked, StaffChanged
from libin.people.models import PasswordReset, Staff
from libin.people.passwords import set_password
from libin.people.queries.doors import reset_to_use
from libin.people.refusals import NotWorkingHere
from libin.people.rules import new_token, token_hash


@transaction.atomic
def ask_password_reset(*, email: str, by: Actor, at: datetime) -> None:
    """Note that a new password was asked for; the letter is written elsewhere, later.

    Says nothing, and does the same work, whether or not somebody has this address.
    """
    found = Staff.objects.filter(email=email.strip().lower(), is_active=True).order_by()
    staff_id = found.values_list("pk", flat=True).first() or 0
    publish(PasswordResetAsked(staff_id=staff_id, by=by.ref, at=at))
    audit.record(act="people.ask_password_reset", subject=f"staff:{staff_id}", by=by, at=at)


@transaction.atomic
def send_password_reset(
    *, staff_id: int, link: str, valid_for: timedelta, by: Actor, at: datetime
) -> None:
    """Mail a link, with "{token}" replaced; older links stop working. Raises NotWorkingHere."""
    staff = Staff.objects.select_for_update().filter(pk=staff_id, is_active=True).first()
    if staff is None:
        raise NotWorkingHere
    PasswordReset.objects.filter(staff=staff, used_at=None, expires_at__gt=at).update(expires_at=at)
    token = new_token()
    PasswordReset.objects.create(
        staff=staff, token_hash=token_hash(token), sent_at=at, expires_at=at + valid_for
    )
    letter = letters.password_reset(
        name=staff.name,
        language=staff.language,
        link=link.replace("{token}", token),
        minutes=int(valid_for.total_seconds() // 60),
    )
    _post(staff, letter, at=at)
    audit.record(act="people.send_password_reset", subject=f"staff:{staff.pk}", by=by, at=at)


@transaction.atomic
def reset_password(*, hashed_token: bytes, password: str, by: Actor, at: datetime) -> Staff:
    """Set a new password by a mailed link and close every session of the person.

    Raises LinkNotValid, PasswordTooWeak.
    """
    reset = reset_to_use(hashed_token, at=at, lock=True)
    staff = Staff.objects.select_for_update().get(pk=reset.staff_id)
    set_password(staff, password)
    staff.save(update_fields=["password"])
    reset.used_at = at
    reset.save(update_fields=["used_at"])
    _changed(staff, act="people.reset_password", keep="", by=by, at=at)
    return staff


@transaction.atomic
def change_own_password(*, password: str, keep: str, by: Actor, at: datetime) -> Staff:
    """Set one's own new password; every session but the one stored as `keep` is closed.

    The caller has checked the old password. Raises NotWorkingHere, PasswordTooWeak.
    """
    staff = Staff.objects.select_for_update().filter(pk=by.person, is_active=True).first()
    if staff is None:
        raise NotWorkingHere
    set_password(staff, password)
    staff.save(update_fields=["password"])
    _changed(staff, act="people.change_password", keep=keep, by=by, at=at)
    return staff


def _changed(staff: Staff, *, act: str, keep: str, by: Actor, at: datetime) -> None:
    PasswordReset.objects.filter(staff=staff, used_at=None, expires_at__gt=at).update(expires_at=at)
    end_sessions(staff_id=staff.pk, keep=keep, by=by, at=at)
    _post(staff, letters.password_changed(name=staff.name, language=staff.language), at=at)
    audit.record(act=act, subject=f"staff:{staff.pk}", by=by, at=at)
    publish(StaffChanged(staff_id=staff.pk, by=by.ref, at=at))


def _post(staff: Staff, letter: letters.Letter, *, at: datetime) -> None:
    mail.post(
        to=[staff.email],
        subject=letter.subject,
        text=letter.text,
        subject_ref=f"staff:{staff.pk}",
        automatic=True,
        at=at,
    )
