"""The letter that asks for a verdict: the handbook's words, and one button per score."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from libin.desk.models import Case
from libin.handbook.rules import Handbook, Survey, Template
from libin.surveys.rules import RATING_PATH

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to be posted."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class ScoreButton:
    """One score to tap, with the page it leads to."""

    score: int
    label: str
    link: str


def letter(
    *, case: Case, book: Handbook, survey: Survey, language: str, address_as: str, token: str
) -> Letter:
    """The invitation in the customer's language; the link only opens a page, it never votes."""
    link = f"{settings.LIBIN_URL}{RATING_PATH}{token}"
    with translation.override(language):
        values = {
            "customer_name": case.customer.name,
            "form_of_address": address_as,
            "case_number": case.number,
            "agent_name": case.owner.name if case.owner else "",
            "organisation": settings.LIBIN_ORGANISATION,
            "subject": case.subject,
            "survey_link": link,
            "portal_link": f"{settings.LIBIN_URL}/my/",
        }
        template = _template(book, case)
        subject = (
            _filled(template.subject.in_(language), values) if template and template.subject else ""
        )
        body = template.body.in_(language) if template else "{survey_link}"
        text = _filled(body, values)
        if link not in text:
            text = f"{text}\n\n{link}"
        html = render_to_string(
            "surveys/mail/invitation.html",
            {
                "language": language,
                "paragraphs": _paragraphs(_filled(body, values | {"survey_link": ""})),
                "question": survey.question.in_(language),
                "buttons": [
                    ScoreButton(p.score, p.label.in_(language), f"{link}?score={p.score}")
                    for p in survey.scale
                ],
                "link": link,
                "organisation": settings.LIBIN_ORGANISATION,
            },
        )
        subject = subject or _("How did we do? (request %(number)s)") % {"number": case.number}
        return Letter(_one_line(subject), text, html)


def _template(book: Handbook, case: Case) -> Template | None:
    channel = book.channels.get(case.channel)
    fitting = book.templates_for(
        "survey",
        kind=case.kind,
        severity=case.severity,
        tier=case.tier,
        mode=channel.mode if channel else "async",
    )
    return fitting[0] if fitting else None


def _filled(text: str, values: Mapping[str, str]) -> str:
    """Known placeholders replaced once; values are never looked at for placeholders again."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)


def _one_line(subject: str) -> str:
    """A header must not hold a line break, nor a person's words that a mail program decodes into one."""
    return " ".join(subject.split()).replace("=?", "= ?")


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
