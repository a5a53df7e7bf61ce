"""Every read about verdicts; the viewer comes first."""

from libin.surveys.queries.follow_ups import (
    FollowUpShown,
    NoSuchFollowUp,
    follow_ups,
    locked_follow_up,
    overdue,
)
from libin.surveys.queries.rating import (
    Question,
    VerdictShown,
    hashed,
    invitation_behind,
    question,
    verdicts,
)
from libin.surveys.queries.results import DIMENSIONS, Breakdown, Figures, breakdown, figures

__all__ = [
    "DIMENSIONS",
    "Breakdown",
    "Figures",
    "FollowUpShown",
    "NoSuchFollowUp",
    "Question",
    "VerdictShown",
    "breakdown",
    "figures",
    "follow_ups",
    "hashed",
    "invitation_behind",
    "locked_follow_up",
    "overdue",
    "question",
    "verdicts",
]
