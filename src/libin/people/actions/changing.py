"""What a person is and can: name, level, capacity, languages, teams, skills, certificates."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from libin.kernel import access, audit
from libin.kernel.access import Actor
from libin.kernel.errors import NotFound
from libin.kernel.outbox import publish
from libin.kernel.text import pinyin_of
from libin.people.access import may_edit
from libin.people.facts import StaffChanged
from libin.people.models import Certificate, Membership, SkillHeld, Staff
from libin.people.queries.powers import powers_of
from libin.people.queries.staff import teams_named
from libin.people.refusals import NameMissing, SpanUpsideDown, ValueNotOffered


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffDetails:
    """What can be changed of a person at one go; `capacity` None means what her level says."""

    name: str
    level: str
    capacity: int | None
    languages: Collection[str]


@transaction.atomic
def change_staff(*, staff_id: int, details: StaffDetails, by: Actor, at: datetime) -> Staff:
    """Change name, level, capacity and languages. Raises NotPermitted, NotFound, NameMissing."""
    staff = _to_edit(staff_id, by)
    name = " ".join(details.name.split())
    if not name:
        raise NameMissing
    if details.capacity is not None and not 0 <= details.capacity <= 1000:
        raise ValueNotOffered(value=details.capacity)
    staff.name, staff.pinyin = name, pinyin_of(name)
    staff.level = details.level
    staff.capacity = details.capacity
    staff.languages = sorted(set(details.languages))
    staff.save(update_fields=["name", "pinyin", "level", "capacity", "languages"])
    _noted("people.change", staff_id, by=by, at=at, level=staff.level, capacity=staff.capacity)
    return staff


@transaction.atomic
def place_in_teams(
    *, staff_id: int, teams: Collection[str], leads: Collection[str], by: Actor, at: datetime
) -> None:
    """Make these the person's teams, by code; `leads` are those she answers for.

    Raises NotPermitted, NotFound, TeamUnknown.
    """
    _to_edit(staff_id, by)
    found = teams_named({*teams, *leads})
    Membership.objects.filter(staff_id=staff_id).exclude(team__in=found).delete()
    Membership.objects.bulk_create(
        [Membership(staff_id=staff_id, team=team, leads=team.code in leads) for team in found],
        update_conflicts=True,
        unique_fields=["staff", "team"],
        update_fields=["leads"],
    )
    codes = sorted(team.code for team in found)
    _noted("people.place_in_teams", staff_id, by=by, at=at, teams=codes, leads=sorted(leads))


@transaction.atomic
def set_skills(*, staff_id: int, skills: Mapping[str, int], by: Actor, at: datetime) -> None:
    """Make these the person's skills: handbook code to level from 1. Raises ValueNotOffered."""
    _to_edit(staff_id, by)
    for code, level in skills.items():
        if not code.strip() or not 1 <= level <= 10:
            raise ValueNotOffered(value=f"{code} {level}")
    SkillHeld.objects.filter(staff_id=staff_id).exclude(code__in=skills).delete()
    SkillHeld.objects.bulk_create(
        [SkillHeld(staff_id=staff_id, code=code, level=level) for code, level in skills.items()],
        update_conflicts=True,
        unique_fields=["staff", "code"],
        update_fields=["level"],
    )
    _noted("people.set_skills", staff_id, by=by, at=at, skills=dict(skills))


@transaction.atomic
def note_certificate(
    *, staff_id: int, code: str, held_on: date, expires_on: date | None, by: Actor, at: datetime
) -> Certificate:
    """Note that a person holds a certificate. Raises NotPermitted, NotFound, SpanUpsideDown."""
    _to_edit(staff_id, by)
    if not code.strip():
        raise ValueNotOffered(value=code)
    if expires_on is not None and expires_on < held_on:
        raise SpanUpsideDown
    certificate, _ = Certificate.objects.update_or_create(
        staff_id=staff_id, code=code.strip(), held_on=held_on, defaults={"expires_on": expires_on}
    )
    _noted("people.note_certificate", staff_id, by=by, at=at, code=code)
    return certificate


@transaction.atomic
def remove_certificate(*, staff_id: int, certificate_id: int, by: Actor, at: datetime) -> None:
    """Take a certificate off again. Raises NotPermitted, NotFound."""
    _to_edit(staff_id, by)
    removed, _ = Certificate.objects.filter(pk=certificate_id, staff_id=staff_id).delete()
    if not removed:
        raise NotFound
    _noted("people.remove_certificate", staff_id, by=by, at=at, certificate=certificate_id)


def _to_edit(staff_id: int, by: Actor) -> Staff:
    staff = Staff.objects.select_for_update().filter(pk=staff_id).first()
    if staff is None:
        raise NotFound
    access.require(may_edit(by, powers=powers_of(staff_id)))
    return staff


def _noted(act: str, staff_id: int, *, by: Actor, at: datetime, **details: object) -> None:
    audit.record(act=act, subject=f"staff:{staff_id}", by=by, at=at, details=details)
    publish(StaffChanged(staff_id=staff_id, by=by.ref, at=at))
