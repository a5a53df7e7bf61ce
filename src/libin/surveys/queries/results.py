"""What the verdicts add up to: satisfaction with its uncertainty, and how many answered."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, Q, QuerySet

from libin.kernel.access import Actor
from libin.surveys import access
from libin.surveys.models import SurveyInvitation
from libin.surveys.rules import Share

DIMENSIONS = ("tier", "kind", "team", "survey")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Satisfaction over invitations that left in a span. Unanswered invitations are not satisfied or not:
    they are missing, and the response rate says how many."""

    satisfaction: Share
    response: Share
    low: int
    mean: float | None

    @property
    def answered(self) -> int:
        return self.response.hits

    @property
    def invited(self) -> int:
        return self.response.n


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """The figures of one value of a dimension, such as one tier."""

    code: str
    figures: Figures


_COUNTS = {
    "n_invited": Count("pk"),
    "n_answered": Count("answer"),
    "n_satisfied": Count("answer", filter=Q(answer__satisfied=True)),
    "n_low": Count("answer", filter=Q(answer__low=True)),
    "mean": Avg("answer__score"),
}


def _left(
    viewer: Actor, since: datetime, until: datetime, survey: str
) -> QuerySet[SurveyInvitation]:
    rows = access.invitations_visible_to(viewer).filter(
        leaves_at__gte=since, leaves_at__lt=until, withdrawn_at=None
    )
    return rows.filter(survey=survey) if survey else rows


def figures(viewer: Actor, *, since: datetime, until: datetime, survey: str = "") -> Figures:
    """Figures over all invitations that left in [since, until)."""
    return _figures(_left(viewer, since, until, survey).aggregate(**_COUNTS))


def breakdown(
    viewer: Actor, *, by: str, since: datetime, until: datetime, survey: str = ""
) -> list[Breakdown]:
    """The same by tier, kind, team or survey; most invited first. Raises ValueError for another word."""
    if by not in DIMENSIONS:
        raise ValueError(by)
    rows = _left(viewer, since, until, survey).values(by).annotate(**_COUNTS)
    return [
        Breakdown(code=row[by], figures=_figures(row)) for row in rows.order_by("-n_invited", by)
    ]


def _figures(row: dict[str, object]) -> Figures:
    counts = {key: int(str(row[key] or 0)) for key in _COUNTS if key != "mean"}
    mean = row["mean"]
    return Figures(
        satisfaction=Share(counts["n_satisfied"], counts["n_answered"]),
        response=Share(counts["n_answered"], counts["n_invited"]),
        low=counts["n_low"],
        mean=float(str(mean)) if mean is not None else None,
    )
