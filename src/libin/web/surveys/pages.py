"""What the survey screens show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from libin.handbook import queries as handbook
from libin.kernel.access import Actor
from libin.surveys import queries
from libin.surveys.queries import Figures, FollowUpShown
from libin.surveys.rules import Share

SPANS = (7, 30, 90, 365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One low score: what was said, who looks after it, by when."""

    shown: FollowUpShown
    number: str
    band: str
    what_to_do: str
    late: bool
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LowScoresPage:
    """Open low scores, the one due first at the top; the latest that are done below."""

    open: tuple[Line, ...]
    done: tuple[Line, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A share in words, with its interval."""

    value: str
    interval: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The figures of one tier, kind or team."""

    title: str
    satisfaction: Measured
    response: Measured
    low: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsPage:
    """What the verdicts of a span add up to."""

    days: int
    spans: tuple[int, ...]
    all: Part
    mean: str
    by_tier: tuple[Part, ...]
    by_kind: tuple[Part, ...]
    by_team: tuple[Part, ...]


def low_scores_page(viewer: Actor, *, at: datetime, problem: str = "") -> LowScoresPage:
    """Low scores to follow up."""
    return LowScoresPage(
        open=tuple(_line(row, viewer, at) for row in queries.follow_ups(viewer)),
        done=tuple(
            _line(row, viewer, at) for row in queries.follow_ups(viewer, done=True, limit=20)
        ),
        problem=problem,
    )


def _line(row: FollowUpShown, viewer: Actor, at: datetime) -> Line:
    language = get_language() or ""
    return Line(
        shown=row,
        number=f"{row.case_id:06d}",
        band=row.band.title.in_(language) if row.band else "",
        what_to_do=row.band.text.in_(language) if row.band else "",
        late=row.is_late(at),
        mine=row.owner_id is not None and row.owner_id == viewer.staff_id,
    )


def results_page(viewer: Actor, *, days: int, at: datetime) -> ResultsPage:
    """Satisfaction, response rate and their uncertainty over the last days."""
    book = handbook.in_force(at)
    since = at - timedelta(days=days)
    whole = queries.figures(viewer, since=since, until=at)

    def parts(by: str, titles: Mapping[str, str]) -> tuple[Part, ...]:
        rows = queries.breakdown(viewer, by=by, since=since, until=at)
        return tuple(_part(titles.get(row.code, row.code or "–"), row.figures) for row in rows)

    return ResultsPage(
        days=days,
        spans=SPANS,
        all=_part("", whole),
        mean=f"{whole.mean:.2f}" if whole.mean is not None else "–",
        by_tier=parts("tier", _titles(book.tiers)),
        by_kind=parts("kind", _titles(book.kinds)),
        by_team=parts("team", _titles(book.teams)),
    )


def _titles(rules: Mapping[str, object]) -> dict[str, str]:
    language = get_language() or ""
    return {
        code: rule.title.in_(language) for code, rule in rules.items() if hasattr(rule, "title")
    }


def _part(title: str, figures: Figures) -> Part:
    return Part(
        title=title,
        satisfaction=measured(figures.satisfaction),
        response=measured(figures.response),
        low=figures.low,
    )


def measured(share: Share) -> Measured:
    """A share as people read it: "82.4 %", "78.1 to 86.0 %"."""
    if share.value is None or share.interval is None:
        return Measured(value="–", interval="", n=0)
    low, high = share.interval
    words = _("%(low)s to %(high)s %%") % {"low": f"{100 * low:.1f}", "high": f"{100 * high:.1f}"}
    return Measured(value=f"{100 * share.value:.1f} %", interval=words, n=share.n)
