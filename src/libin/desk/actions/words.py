"""The searchable words of a case, kept beside it as it grows."""

from django.db import connection

from libin.desk.models import Case
from libin.kernel.search import lexemes, normalise

_GLIMPSE = 120

_NEW = """
INSERT INTO desk_casedocument (case_id, body, lexemes) VALUES (%s, %s, array_to_tsvector(%s::text[]))
"""
_MORE = """
UPDATE desk_casedocument SET body = body || E'\\n' || %s, lexemes = lexemes || array_to_tsvector(%s::text[])
WHERE case_id = %s
"""


def add_words(case: Case, *texts: str, number: str = "", new: bool = False) -> None:
    """Let the search find these texts, and the number, in this case: one statement."""
    body = normalise("\n".join(text for text in (number, *texts) if text))
    words = sorted(lexemes(body))
    with connection.cursor() as cursor:
        if new:
            cursor.execute(_NEW, [case.pk, body, words])
        else:
            cursor.execute(_MORE, [body, words, case.pk])


def glimpse(text: str) -> str:
    """The beginning of a text on one line, for lists."""
    line = " ".join(text.split())
    return line if len(line) <= _GLIMPSE else line[: _GLIMPSE - 1] + "…"
