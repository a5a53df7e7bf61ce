"""The searchable words of a case, kept beside it as it grows."""

from libin.desk.models import Case, CaseDocument
from libin.kernel.search import added, lexemes, normalise

_GLIMPSE = 120


def begin_words(case: Case, *texts: str) -> None:
    """Let the search find a new case by its number and these texts: one statement."""
    body = " ".join((case.number, *texts))
    CaseDocument.objects.bulk_create(
        [CaseDocument(case=case, body=normalise(body), lexemes=lexemes(body))]
    )


def add_words(case: Case, text: str) -> None:
    """Let the search find this text too: one statement."""
    CaseDocument.objects.filter(pk=case.pk).update(**added(text))


def glimpse(text: str) -> str:
    """The beginning of a text on one line, for lists."""
    line = " ".join(text.split())
    return line if len(line) <= _GLIMPSE else line[: _GLIMPSE - 1] + "…"
