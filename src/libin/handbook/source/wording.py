"""Checks of pauses, templates, surveys and the numbers of daily practice."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from libin.handbook.schema import PLACEHOLDERS
from libin.handbook.schema.basis import Condition
from libin.handbook.schema.practice import LEAST_DAYS, NEEDED_LIMITS, NEEDED_RETENTION
from libin.handbook.source.checker import Checker
from libin.handbook.source.problems import Path

_SLOT = re.compile(r"\{([^{}]*)\}")


def check_pauses(checker: Checker) -> None:
    """A pause names promises that may stand still."""
    promises = checker.source.promises
    for code, reason in checker.source.pause_reasons.items():
        path: Path = ("pause_reasons", code, "applies_to")
        checker.all_known(reason.applies_to, promises, path, pgettext("handbook", "promise"))
        for index, promise in enumerate(reason.applies_to):
            if promise in promises and not promises[promise].pausable:
                checker.note(
                    (*path, index),
                    _('The promise "%(code)s" may not be paused.') % {"code": promise},
                    _("Take it out, or write pausable: true at the promise."),
                )


def check_templates(checker: Checker) -> None:
    """Templates use known placeholders, and one of each needed purpose fits every case."""
    source = checker.source
    for code, template in source.templates.items():
        path: Path = ("templates", code)
        checker.condition(template.when, (*path, "when"))
        texts = {"body": template.body} | (
            {"subject": template.subject} if template.subject else {}
        )
        for key, words in texts.items():
            for language in ("zh", "en"):
                _slots(checker, getattr(words, language), (*path, key, language))
    for purpose in ("acknowledgement", "survey"):
        plain = [t for t in source.templates.values() if t.purpose == purpose]
        if not any(t.when == Condition() for t in plain):
            checker.note(
                ("templates",),
                _('No template of purpose "%(purpose)s" fits every case.') % {"purpose": purpose},
                _("Add one without a condition as the last of its purpose."),
            )


def _slots(checker: Checker, text: str, path: Path) -> None:
    for slot in _SLOT.findall(text):
        checker.known(slot, PLACEHOLDERS, path, pgettext("handbook", "placeholder"))
    if _SLOT.sub("", text).count("{") or _SLOT.sub("", text).count("}"):
        checker.note(
            path,
            _("A curly bracket stands alone."),
            _("Write placeholders as {customer_name}; leave single brackets out."),
        )


def check_surveys(checker: Checker) -> None:
    """Every score falls into exactly one band."""
    for code, survey in checker.source.surveys.items():
        path: Path = ("surveys", code)
        checker.event(survey.sends_on, (*path, "sends_on"))
        scores = sorted(point.score for point in survey.scale)
        if len(set(scores)) != len(scores):
            checker.note(
                (*path, "scale"), _("A score stands here twice."), _("Give every score once.")
            )
        if survey.low_at not in scores:
            checker.note(
                (*path, "low_at"),
                _("low_at is not a score of this scale."),
                _("Write the highest score that counts as low."),
            )
        for score in scores:
            bands = [b for b in survey.bands.values() if b.lowest <= score <= b.highest]
            if len(bands) != 1:
                checker.note(
                    (*path, "bands"),
                    _("Score %(score)d falls into %(count)d bands.")
                    % {"score": score, "count": len(bands)},
                    _("Let every score fall into exactly one band."),
                )


def check_practice(checker: Checker) -> None:
    """What the product cannot run without is there, and nothing is kept too briefly."""
    source = checker.source
    for code, unit in NEEDED_LIMITS.items():
        limit = source.limits.get(code)
        if limit is None:
            _needed(checker, "limits", code)
        elif limit.unit != unit:
            checker.note(
                ("limits", code, "unit"),
                _('This limit is counted in "%(unit)s".') % {"unit": unit},
                _("Write unit: %(unit)s and the value in that unit.") % {"unit": unit},
            )
    for code in sorted(NEEDED_RETENTION - set(source.retention)):
        _needed(checker, "retention", code)
    for code, least in LEAST_DAYS.items():
        if code in source.retention and source.retention[code].days < least:
            checker.note(
                ("retention", code, "days"),
                _("These records must be kept at least %(days)d days.") % {"days": least},
                _("Write %(days)d or more.") % {"days": least},
            )


def _needed(checker: Checker, section: str, code: str) -> None:
    checker.note(
        (section,),
        _('"%(code)s" is missing; the product cannot run without it.') % {"code": code},
        _("Add it to the section %(section)s.") % {"section": section},
    )
