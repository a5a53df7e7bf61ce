"""Every question about the handbook."""

from libin.handbook.queries.margins import DayFigure, Margin, margins, occasions, recount
from libin.handbook.queries.receipts import Reader, has_read, must_acknowledge, readers
from libin.handbook.queries.versions import (
    fingerprint_of,
    in_force,
    is_any_in_force,
    latest_number,
    published,
    registered_names,
    version,
    version_row,
    versions,
)

__all__ = [
    "DayFigure",
    "Margin",
    "Reader",
    "fingerprint_of",
    "has_read",
    "in_force",
    "is_any_in_force",
    "latest_number",
    "margins",
    "must_acknowledge",
    "occasions",
    "published",
    "readers",
    "recount",
    "registered_names",
    "version",
    "version_row",
    "versions",
]
