"""What is wrong with a handbook, told so that a person can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from django.utils.translation import gettext as _

from libin.kernel.errors import Refusal

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a source file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend: where, under which key, what is wrong, and how to mend it."""

    file: str
    line: int
    column: int
    key: str
    wrong: str
    remedy: str

    def __str__(self) -> str:
        key = f" {self.key}:" if self.key else ""
        return f"{self.file}:{self.line}:{self.column}:{key} {self.wrong} {self.remedy}".rstrip()


class HandbookProblems(Refusal):
    """The handbook has %(count)d problems; nothing was changed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(count=len(self.problems))


def key_of(path: Path) -> str:
    """A path as people write it: ``tiers.diamond.entitlements[2]``, counting from 1."""
    words = ""
    for part in path:
        if isinstance(part, int):
            words += f"[{part + 1}]"
        else:
            words += f".{part}" if words else part
    return words


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The remedy for a name nobody knows: the nearest known one, else the list of all."""
    names = sorted(known)
    if near := get_close_matches(word, names, n=1, cutoff=0.6):
        return _('Did you mean "%(name)s"?') % {"name": near[0]}
    if not names:
        return _("Nothing of that sort is defined yet; define it or take the name out.")
    return _("Known are: %(names)s.") % {"names": ", ".join(names)}
