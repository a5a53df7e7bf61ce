"""Exact full-text search in Chinese and Latin script: normal form, lexemes, column type, condition, snippet.

Chinese has no spaces, and a word list forgets words. So every pair of neighbouring characters is a lexeme: a text holds
a phrase only if it holds the phrase's pairs, and the index finds those. Pairs may lie apart, so the condition also
asks the stored normal form for the phrase itself; together they find every occurrence and nothing else.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat
from django.db.models.sql.compiler import SQLCompiler

LONGEST_WORD = 64
LONGEST_QUERY = 200
SNIPPET_BEFORE = 24

_CJK = (
    "\u3005\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    "\U00020000-\U000323af"
)
_RUN = re.compile(f"[{_CJK}]+|[^\\W_{_CJK}]+")
_IS_CJK = re.compile(f"[{_CJK}]")
_SPACE = re.compile(r"\s+")
_UNSEEN = {
    code: " " if chr(code).isspace() else None
    for code in (*range(0x20), *range(0x7F, 0xA0), 0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF)
}


def _simplified() -> dict[int, str]:
    """Traditional to simplified, one character to one, after OpenCC's t2s.

    Character by character, so that a phrase reads the same alone and inside any text; a phrase-wise conversion does not.
    """
    traditional, simplified = Path(__file__).with_name("simplified.txt").read_text("utf-8").split()
    return {ord(old): new for old, new in zip(traditional, simplified, strict=True)}


_FOLD = _simplified()


def normalise(text: str) -> str:
    """The form in which texts are compared: NFKC, simplified, lower case, single spaces, no unseen characters."""
    seen = unicodedata.normalize("NFKC", text.translate(_UNSEEN))
    return _SPACE.sub(" ", seen.lower().translate(_FOLD)).strip()


def lexemes(text: str) -> list[str]:
    """What the index keeps of a text, sorted, each once: pairs of neighbouring CJK characters, the last character of
    each CJK run, and whole words of other scripts (64 characters at most)."""
    found: set[str] = set()
    for run in _RUN.findall(normalise(text)):
        if _IS_CJK.match(run):
            found.update(run[n : n + 2] for n in range(len(run)))
        else:
            found.add(run[:LONGEST_WORD])
    return sorted(found)


@dataclass(frozen=True, slots=True)
class Query:
    """What a person typed, cut at spaces into phrases that must all occur."""

    phrases: tuple[str, ...]
    expression: str
    """In PostgreSQL's tsquery notation; "" when nothing that was typed can be found."""

    def __bool__(self) -> bool:
        return bool(self.expression)


def query(text: str) -> Query:
    """Read what a person typed (its first 200 characters). A Latin word may be the beginning of a longer one."""
    phrases = [p for p in normalise(text)[:LONGEST_QUERY].split(" ") if _RUN.search(p)]
    wanted = dict.fromkeys(part for phrase in phrases for part in _wanted(phrase))
    return Query(tuple(phrases), " & ".join(wanted))


def matching(text: str, *, tokens: str = "lexemes", body: str = "body") -> Q:
    """The condition that a row holds every phrase of `text`; `tokens` and `body` name its columns.

    The body must be stored in normal form. An empty query fits no row.
    """
    wanted = query(text)
    if not wanted:
        return Q(pk__in=[])
    condition = Q(**{f"{tokens}__matches": wanted.expression})
    for phrase in wanted.phrases:
        if not _told_by_its_lexemes(phrase):
            condition &= Q(**{f"{body}__contains": phrase})
    return condition


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a snippet; `hit` marks a phrase that was looked for."""

    text: str
    hit: bool


def snippet(text: str, wanted: str, *, length: int = 120) -> tuple[Piece, ...]:
    """About `length` characters of `text` around the first phrase found, as written, cut into hits and the rest."""
    shown = _SPACE.sub(" ", text).strip()
    folded, origin = _folded(shown)
    phrases = sorted(query(wanted).phrases, key=len, reverse=True)
    hits = [
        (origin[match.start()], origin[match.end() - 1] + 1)
        for match in (
            re.finditer("|".join(re.escape(p) for p in phrases), folded) if phrases else ()
        )
    ]
    begin = max(0, hits[0][0] - SNIPPET_BEFORE) if hits else 0
    end = min(len(shown), begin + length)
    pieces, at = [], begin
    if begin:
        pieces.append(Piece("…", hit=False))
    for left, right in hits:
        if left < at or right > end:
            continue
        if left > at:
            pieces.append(Piece(shown[at:left], hit=False))
        pieces.append(Piece(shown[left:right], hit=True))
        at = right
    if at < end:
        pieces.append(Piece(shown[at:end], hit=False))
    if end < len(shown):
        pieces.append(Piece("…", hit=False))
    return tuple(pieces)


if TYPE_CHECKING:
    _LexemesField = models.Field[Sequence[str], list[str]]
    _YesOrNo = models.Lookup[bool]
else:
    _LexemesField, _YesOrNo = models.Field, models.Lookup


class TsVectorField(_LexemesField):
    """A tsvector of given lexemes, without positions and without any dictionary of the server."""

    def db_type(self, connection: Any) -> str:
        return "tsvector"

    def get_placeholder(self, value: Any, compiler: SQLCompiler, connection: Any) -> str:
        return "%s" if hasattr(value, "as_sql") else "array_to_tsvector(%s::text[])"

    def get_prep_value(self, value: Any) -> Any:
        return list(value) if isinstance(value, (list, tuple, set, frozenset)) else value

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> list[str]:
        return [_unquoted(part) for part in _LEXEME.findall(value or "")]


@TsVectorField.register_lookup
class Matches(_YesOrNo):
    """`lexemes__matches="'退款' & '款申'"`: the vector fits an expression in tsquery notation."""

    lookup_name = "matches"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (value,)

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} @@ {right}::tsquery", (*left_values, *cast("tuple[Any, ...]", right_values))


def added(text: str, *, tokens: str = "lexemes", body: str = "body") -> dict[str, Combinable]:
    """Values for `QuerySet.update()` that add one more text to a document, without reading it."""
    return {
        tokens: _Joined(F(tokens), Value(lexemes(text), output_field=TsVectorField())),
        body: Concat(F(body), Value(" " + normalise(text)), output_field=TextField()),
    }


def lexeme_index(name: str, field: str = "lexemes") -> GinIndex:
    """The index a column of lexemes needs. Its pending list stays small, so that a search never pays for many writes."""
    return GinIndex(fields=[field], name=name, fastupdate=True, gin_pending_list_limit=512)


class _Joined(Func):
    """Two vectors as one."""

    template = "%(expressions)s"
    arg_joiner = " || "
    arity = 2
    output_field = TsVectorField()


_LEXEME = re.compile(r"'(?:[^']|'')*'")


def _unquoted(lexeme: str) -> str:
    return lexeme[1:-1].replace("''", "'").replace("\\\\", "\\")


def _wanted(phrase: str) -> list[str]:
    """The parts a phrase puts into the expression. A letter or character at its end may go on in the text."""
    parts = []
    for match in _RUN.finditer(phrase):
        run, at_end = match.group(), match.end() == len(phrase)
        if not _IS_CJK.match(run):
            parts.append(f"'{run[:LONGEST_WORD]}'{':*' if at_end else ''}")
        elif len(run) == 1:
            parts.append(f"'{run}':*")
        else:
            parts.extend(f"'{run[n : n + 2]}'" for n in range(len(run) - 1))
    return parts


def _told_by_its_lexemes(phrase: str) -> bool:
    """Whether the index alone answers for this phrase: it is one lexeme, or the beginning of one."""
    return bool(_RUN.fullmatch(phrase)) and (
        len(phrase) <= 2 if _IS_CJK.match(phrase) else len(phrase) <= LONGEST_WORD
    )


@lru_cache(maxsize=64)
def _folded(text: str) -> tuple[str, list[int]]:
    """The normal form of a text, and for each of its characters the place in the text it came from."""
    folded, origin = [], []
    for place, character in enumerate(text):
        form = normalise(character) or (" " if character.isspace() else "")
        folded.append(form)
        origin.extend([place] * len(form))
    return "".join(folded), origin
