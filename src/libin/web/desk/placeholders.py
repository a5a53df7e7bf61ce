"""Fills the handbook's {placeholders} by plain substitution: what a person wrote is never run."""

import re
from collections.abc import Mapping

_PLACE = re.compile(r"\{(\w+)\}")


def filled(body: str, values: Mapping[str, str]) -> str:
    """The text with known placeholders filled; unknown ones stay visible for the writer."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), body)
