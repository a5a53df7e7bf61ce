"""Durations and instants as people say them, in the language of the moment."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import get_language, gettext, ngettext, pgettext

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
HOURS_ALONE_FROM = 10 * HOUR
DAYS_FROM = 48 * HOUR  # up to two days people think in hours
WHOLE_DAYS_FROM = 10 * DAY


def duration(seconds: float) -> str:
    """A length of time in at most two units, rounded down: "18 min", "2 h 5 min", "3 days 4 h"."""
    whole = int(abs(seconds))
    if whole < MINUTE:
        return gettext("less than 1 min")
    if whole < HOUR:
        return _minutes(whole // MINUTE)
    if HOURS_ALONE_FROM <= whole < DAYS_FROM:
        return _hours(whole // HOUR)
    if whole < HOURS_ALONE_FROM:
        return _joined(
            _hours(whole // HOUR),
            _minutes(whole % HOUR // MINUTE) if whole % HOUR >= MINUTE else "",
        )
    if whole < WHOLE_DAYS_FROM:
        return _joined(
            _days(whole // DAY), _hours(whole % DAY // HOUR) if whole % DAY >= HOUR else ""
        )
    return _days(whole // DAY)


def between(start: datetime, end: datetime) -> str:
    """The length of time from one instant to another, as people say it."""
    return duration((end - start).total_seconds())


def local_time(at: datetime) -> datetime:
    """The instant on the reader's wall clock."""
    return at.astimezone(timezone.get_current_timezone())


def when(at: datetime, now: datetime) -> str:
    """An instant as people say it near it: "just now", "12 min ago", "today 14:05", "3 Nov, 14:05"."""
    seconds = (now - at).total_seconds()
    if abs(seconds) < MINUTE:
        return gettext("just now")
    if 0 < seconds < HOUR:
        return gettext("%(length)s ago") % {"length": duration(seconds)}
    if -HOUR < seconds < 0:
        return gettext("in %(length)s") % {"length": duration(seconds)}
    zone = timezone.get_current_timezone_name()
    return _on_a_day(at, local_time(now).date(), zone, get_language())


@lru_cache(maxsize=4096)
def _on_a_day(at: datetime, today: date, zone: str, language: str | None) -> str:
    """An instant seen from a day more than an hour away; zone and language are those of the moment."""
    local = local_time(at)
    clock = f"{local:%H:%M}"
    match (local.date() - today).days:
        case 0:
            return gettext("today %(clock)s") % {"clock": clock}
        case -1:
            return gettext("yesterday %(clock)s") % {"clock": clock}
        case 1:
            return gettext("tomorrow %(clock)s") % {"clock": clock}
    if local.year == today.year:
        return date_format(local, pgettext("date format, this year", "j M, H:i"))
    return date_format(local, pgettext("date format, another year", "j M Y, H:i"))


def exact(at: datetime) -> str:
    """An instant to the second with its weekday and zone, for the hover."""
    return _exact(at, timezone.get_current_timezone_name(), get_language())


@lru_cache(maxsize=4096)
def _exact(at: datetime, zone: str, language: str | None) -> str:
    """As `exact`, in the zone and language of the moment."""
    words = date_format(local_time(at), pgettext("date format, exact", "l j F Y, H:i:s"))
    return f"{words} ({zone})"


def day(at: datetime) -> str:
    """The day of an instant: "21 November 2026"."""
    return date_format(local_time(at), pgettext("date format, day", "j F Y"))


def minutes_words(minutes: int) -> str:
    """A handbook duration given in minutes: "30 min", "24 h", "3 days"."""
    return duration(timedelta(minutes=minutes).total_seconds())


def share(kept: int, times: int) -> str:
    """A share as a percentage with one decimal, "94.2 %", or a dash when nothing was counted."""
    if not times:
        return "–"
    return gettext("%(number)s%%") % {"number": f"{100 * kept / times:.1f}"}


def size(bytes_: int) -> str:
    """A file size: "812 B", "3.4 KB", "1.2 MB"."""
    amount = float(bytes_)
    for unit in ("B", "KB", "MB"):
        if amount < 1024 or unit == "MB":
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    raise AssertionError


def in_reader_language(text: Any) -> str:
    """A handbook text (anything with `in_`) in the reader's language; other values as they are."""
    return str(text.in_(get_language() or "zh-hans")) if hasattr(text, "in_") else str(text)


def screen_words() -> dict[str, str]:
    """The patterns the browser needs to go on telling durations by itself; `%n` and `%d` are filled there."""
    return {
        "less": gettext("less than 1 min"),
        "minutes": gettext("%(count)d min").replace("%(count)d", "%n"),
        "hours": gettext("%(count)d h").replace("%(count)d", "%n"),
        "day": ngettext("%(count)d day", "%(count)d days", 1).replace("%(count)d", "%n"),
        "days": ngettext("%(count)d day", "%(count)d days", 2).replace("%(count)d", "%n"),
        "now": gettext("just now"),
        "ago": gettext("%(length)s ago").replace("%(length)s", "%d"),
        "in": gettext("in %(length)s").replace("%(length)s", "%d"),
        "due": gettext("due in %(length)s").replace("%(length)s", "%d"),
        "overdue": gettext("overdue by %(length)s").replace("%(length)s", "%d"),
        "news": gettext("%(count)s new").replace("%(count)s", "%n"),
        "offline": gettext("The connection is lost. Trying again."),
        "sending": gettext("Sending in %(count)s s").replace("%(count)s", "%n"),
        "saved": gettext("Draft saved"),
    }


def _minutes(count: int) -> str:
    return gettext("%(count)d min") % {"count": count}


def _hours(count: int) -> str:
    return gettext("%(count)d h") % {"count": count}


def _days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def _joined(larger: str, smaller: str) -> str:
    return f"{larger} {smaller}".strip()
