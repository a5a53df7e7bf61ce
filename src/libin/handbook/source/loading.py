"""Loads a handbook: read, gather, validate, cross-check, compile; all problems at once or a handbook."""

from collections.abc import Mapping
from dataclasses import dataclass

from libin.handbook.rules import Handbook
from libin.handbook.schema import HandbookSource
from libin.handbook.source.checker import Names
from libin.handbook.source.checking import check
from libin.handbook.source.compiling import compile_handbook
from libin.handbook.source.forms import validate
from libin.handbook.source.gathering import gather
from libin.handbook.source.matrix import Matrix, fill
from libin.handbook.source.problems import HandbookProblems, Mark

_GROUND = frozenset({"tiers", "service_classes", "kinds", "severities", "processes"})
"""While these are wrong, what follows for the promise matrix would only be noise."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A handbook together with where each of its rules stands in the source."""

    handbook: Handbook
    places: Mapping[str, Mark]


def load(
    files: Mapping[str, str], *, version_id: int = 0, number: int = 0, names: Names | None = None
) -> Loaded:
    """Compile the files of a handbook.

    ``names`` are the names that rooms have registered; without them they are not checked (a published version
    was checked when it was published). Raises ``HandbookProblems`` with every problem found.
    """
    gathered = gather(files)
    source: HandbookSource | None = None if gathered.problems else validate(gathered)
    if source is None:
        raise HandbookProblems(gathered.problems)
    places = check(source, gathered, names)
    matrix = Matrix(rows={})
    if not any(problem.key.split(".")[0] in _GROUND for problem in gathered.problems):
        matrix = fill(source, gathered)
    if gathered.problems:
        raise HandbookProblems(gathered.problems)
    handbook = compile_handbook(
        source, matrix, gathered.prose, version_id=version_id, number=number
    )
    return Loaded(handbook=handbook, places=places)
