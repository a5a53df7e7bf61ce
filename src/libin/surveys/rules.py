"""Pure decisions about verdicts: the interval around a share, what counts as satisfied."""

import math
from dataclasses import dataclass

from libin.handbook.rules import Survey

Z_95 = 1.959963984540054
LONGEST_COMMENT = 4000
RATING_PATH = "/rate/"
"""Where the portal shows a question; the link's token follows."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share `hits / n` with its 95 % interval after Wilson (1927); all None when nothing was counted."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Lower and upper bound, 0 to 1."""
        if not self.n:
            return None
        share, z2 = self.hits / self.n, Z_95 * Z_95
        middle = (share + z2 / (2 * self.n)) / (1 + z2 / self.n)
        half = (
            Z_95
            / (1 + z2 / self.n)
            * math.sqrt(share * (1 - share) / self.n + z2 / (4 * self.n * self.n))
        )
        return (
            0.0 if self.hits == 0 else max(0.0, middle - half),
            1.0 if self.hits == self.n else min(1.0, middle + half),
        )


def on_scale(survey: Survey, score: int) -> bool:
    """Whether the survey offers this score."""
    return any(point.score == score for point in survey.scale)


def is_low(survey: Survey, score: int) -> bool:
    """Whether this score is owed a follow-up."""
    return score <= survey.low_at


def is_satisfied(survey: Survey, score: int) -> bool:
    """Whether this score lies in the survey's highest band."""
    return survey.band(score).code == survey.bands[0].code
