"""Setting a password that holds: the installation's policy, then the hash."""

import itertools
import re
from functools import cache
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from libin.people.models import Staff
from libin.people.refusals import PasswordTooWeak

_FEWEST_CHARACTERS = 5
_TAIL = re.compile(r"[\d\W_]+$")
_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")


class VariedPassword:
    """Refuses what the list of common passwords misses at 12 characters: runs and repetitions.

    A common word with digits or signs behind it, a common word said twice, one keyboard row.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password that would be among the first guesses."""
        plain = password.lower()
        stem = _TAIL.sub("", plain)
        if (
            len(set(plain)) < _FEWEST_CHARACTERS
            or _is_run(plain)
            or _period(plain) in _common()
            or stem in _common()
            or _period(stem) in _common()
        ):
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        """What is asked for."""
        return _("Please choose something less easy to guess than a run or a common word.")


def _is_run(plain: str) -> bool:
    rounds = [row * 2 for row in _ROWS] + [row[::-1] * 2 for row in _ROWS]
    steps = [any(a + b in row for row in rounds) for a, b in itertools.pairwise(plain)]
    return len(steps) > 0 and sum(steps) >= 0.8 * len(steps)


def _period(plain: str) -> str:
    """The shortest piece that makes up the text by repetition; the text itself when there is none."""
    end = (plain + plain).find(plain, 1)
    return plain[:end] if end > 0 else plain


@cache
def _common() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords)


def set_password(staff: Staff, password: str) -> None:
    """Put the hash of a good password on the row, unsaved. Raises PasswordTooWeak with reasons."""
    try:
        validate_password(password, staff)
    except ValidationError as problem:
        raise PasswordTooWeak(reason=" ".join(problem.messages)) from problem
    staff.set_password(password)
