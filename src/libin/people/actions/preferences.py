"""What a person sets for herself."""

import zoneinfo
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from libin.kernel import audit
from libin.kernel.access import Actor
from libin.kernel.outbox import publish
from libin.people.facts import StaffChanged
from libin.people.models import Staff
from libin.people.refusals import NotWorkingHere, ValueNotOffered


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """How the workspace speaks and looks to one person."""

    language: str
    time_zone: str
    theme: str


@transaction.atomic
def set_own_preferences(*, preferences: Preferences, by: Actor, at: datetime) -> Staff:
    """Set one's own language, time zone and theme. Raises NotWorkingHere, ValueNotOffered."""
    staff = Staff.objects.select_for_update().filter(pk=by.person, is_active=True).first()
    if staff is None:
        raise NotWorkingHere
    for value, offered in (
        (preferences.language, {code for code, _ in settings.LANGUAGES}),
        (preferences.time_zone, zoneinfo.available_timezones()),
        (preferences.theme, set(Staff.Theme.values)),
    ):
        if value not in offered:
            raise ValueNotOffered(value=value)
    staff.language = preferences.language
    staff.time_zone = preferences.time_zone
    staff.theme = preferences.theme
    staff.save(update_fields=["language", "time_zone", "theme"])
    audit.record(act="people.set_preferences", subject=by.ref, by=by, at=at)
    publish(StaffChanged(staff_id=staff.pk, by=by.ref, at=at))
    return staff
