"""Refusals: what a person is told when something cannot be done."""

import inspect
from typing import Any

from django.utils.translation import gettext


class Refusal(Exception):
    """This cannot be done."""

    def __init__(self, **values: Any) -> None:
        super().__init__(values)
        self.values = values

    def __str__(self) -> str:
        """The docstring's first paragraph, translated and filled with the given values."""
        words = " ".join((inspect.getdoc(type(self)) or "").split("\n\n")[0].split())
        return gettext(words) % self.values if self.values else gettext(words)


class NotPermitted(Refusal):
    """%(reason)s"""


class NotFound(Refusal):
    """There is nothing here under that name."""
