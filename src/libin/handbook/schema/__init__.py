"""The form of a handbook's source: what may stand in its YAML, and what every key means."""

from libin.handbook.schema.basis import Entry, Strict, Words
from libin.handbook.schema.book import SECTIONS, HandbookSource, json_schema
from libin.handbook.schema.promises import PromiseGroup, PromiseRow
from libin.handbook.schema.words import PLACEHOLDERS

__all__ = [
    "PLACEHOLDERS",
    "SECTIONS",
    "Entry",
    "HandbookSource",
    "PromiseGroup",
    "PromiseRow",
    "Strict",
    "Words",
    "json_schema",
]
