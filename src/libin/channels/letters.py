"""Letters as they are read: plain text and HTML that every mail program shows alike."""

import re
from pathlib import Path

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from libin.channels import quotes

_BREAKS = re.compile(r"[\s\x00-\x1f\x7f\u0085\u2028\u2029]+")
# Mail programs drop style sheets, so the styles are written into the elements.
_DRESSER = css_inline.CSSInliner(
    load_remote_stylesheets=False,
    keep_style_tags=False,
    extra_css=Path(__file__).with_name("letter.css").read_text(encoding="utf-8"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
LONGEST_SUBJECT = 200


def subject_line(words: str) -> str:
    """Words fit for a Subject field: one line, not too long."""
    # The library decodes what looks like an encoded word, and with it a hidden line break.
    line = _BREAKS.sub(" ", words).replace("=?", "= ?").strip()
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"


def answer_subject(subject: str, number: str) -> str:
    """The subject of an answer in the case's thread."""
    bare = quotes.without_answer_marks(subject)
    return subject_line(f"Re: {bare} [{number}]")


def said(text: str) -> str:
    """What somebody wrote, without the control characters that no letter may hold."""
    return _CONTROLS.sub("", text).strip()


def html_of(text: str, *, number: str, language: str) -> str:
    """The letter's HTML, styles written into its elements; everything said is escaped."""
    with translation.override(language):
        page = render_to_string(
            "channels/letter.html",
            {
                "language": language,
                "paragraphs": [part.split("\n") for part in re.split(r"\n{2,}", said(text))],
                "organisation": settings.LIBIN_ORGANISATION,
                "number": number,
            },
        )
    return _DRESSER.inline(page)


def text_of(text: str, *, number: str, language: str) -> str:
    """The letter's plain text with its foot."""
    with translation.override(language):
        foot = _("Your case number: %(number)s") % {"number": number}
    organisation = f"{settings.LIBIN_ORGANISATION}\n" if settings.LIBIN_ORGANISATION else ""
    return f"{said(text)}\n\n-- \n{organisation}{foot}\n"
