"""Checks of whom we serve and how a matter is classed: tiers, kinds, channels, calendars, outcomes."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from libin.handbook.schema.service import CalendarEntry
from libin.handbook.source.checker import Checker
from libin.handbook.source.problems import Path


def check_service(checker: Checker) -> None:
    """Tiers and classes name what exists, and every rank is given once."""
    source = checker.source
    for code, tier in source.tiers.items():
        path: Path = ("tiers", code)
        checker.known(
            tier.service_class,
            source.service_classes,
            (*path, "service_class"),
            pgettext("handbook", "class"),
        )
        checker.all_known(
            tier.entitlements,
            source.entitlements,
            (*path, "entitlements"),
            pgettext("handbook", "entitlement"),
        )
        if code in source.service_classes:
            checker.note(
                path,
                _('"%(code)s" is the code of a tier and of a class.') % {"code": code},
                _("Give one of them another code."),
            )
    for section in ("tiers", "service_classes", "severities", "complexities", "levels", "lanes"):
        _ranks(checker, section)


def check_kinds(checker: Checker) -> None:
    """Every kind has a process, a severity, and one of them is the default."""
    source = checker.source
    for code, kind in source.kinds.items():
        path: Path = ("kinds", code)
        checker.known(
            kind.process, source.processes, (*path, "process"), pgettext("handbook", "process")
        )
        checker.known(
            kind.severity_default,
            source.severities,
            (*path, "severity_default"),
            pgettext("handbook", "severity"),
        )
        if kind.survey:
            checker.known(
                kind.survey, source.surveys, (*path, "survey"), pgettext("handbook", "survey")
            )
    defaults = [code for code, kind in source.kinds.items() if kind.default]
    if len(defaults) != 1:
        checker.note(
            ("kinds",),
            _("Exactly one kind must be the default; here are %(count)d.")
            % {"count": len(defaults)},
            _("Write default: true at one kind only."),
        )


def check_endings(checker: Checker) -> None:
    """Channels have hours, and every kind of case a way to end."""
    source = checker.source
    for code, channel in source.channels.items():
        checker.known(
            channel.coverage,
            source.calendars,
            ("channels", code, "coverage"),
            pgettext("handbook", "calendar"),
        )
    for code, outcome in source.outcomes.items():
        checker.all_known(
            outcome.kinds, source.kinds, ("outcomes", code, "kinds"), pgettext("handbook", "kind")
        )
    for kind_code in source.kinds:
        if not any(not o.kinds or kind_code in o.kinds for o in source.outcomes.values()):
            checker.note(
                ("outcomes",),
                _('A case of kind "%(kind)s" has no way to end.') % {"kind": kind_code},
                _("Add an outcome for it, or one without kinds."),
            )


def _ranks(checker: Checker, section: str) -> None:
    taken: dict[int, str] = {}
    for code, entry in getattr(checker.source, section).items():
        if other := taken.get(entry.rank):
            checker.note(
                (section, code, "rank"),
                _('"%(other)s" already has rank %(rank)d.') % {"other": other, "rank": entry.rank},
                _("Give every rank once."),
            )
        taken.setdefault(entry.rank, code)


def check_calendars(checker: Checker) -> None:
    """Every calendar opens, in order, in a zone that exists."""
    for code, calendar in checker.source.calendars.items():
        checker.zone(calendar.zone, ("calendars", code, "zone"))
        _hours(checker, code, calendar)


def _hours(checker: Checker, code: str, calendar: CalendarEntry) -> None:
    if not any(calendar.hours.values()):
        checker.note(
            ("calendars", code, "hours"),
            _("This calendar never opens."),
            _("Give at least one day hours."),
        )
    for day, spans in calendar.hours.items():
        for index in range(1, len(spans)):
            if spans[index].split("-")[0] < spans[index - 1].split("-")[1]:
                checker.note(
                    ("calendars", code, "hours", day, index),
                    _("These hours overlap the ones before."),
                    _("List the hours of a day in order, without overlap."),
                )
