"""What the surveys' room can state."""

from dataclasses import dataclass

from libin.kernel.facts import Fact, fact


@dataclass(frozen=True, kw_only=True)
class SurveyFact(Fact):
    """Something about the verdict on one case."""

    case_id: int
    invitation_id: int

    def topics(self) -> tuple[str, ...]:
        return (f"case:{self.case_id}", "surveys")


@fact("surveys.invited")
@dataclass(frozen=True, kw_only=True)
class Invited(SurveyFact):
    """A customer was asked for her verdict."""

    survey: str


@fact("surveys.answered")
@dataclass(frozen=True, kw_only=True)
class Answered(SurveyFact):
    """A customer gave her verdict."""

    survey: str
    score: int
    band: str


@fact("surveys.low_score")
@dataclass(frozen=True, kw_only=True)
class LowScore(SurveyFact):
    """A verdict was low; a follow-up is owed."""

    follow_up_id: int
    score: int
    band: str


@fact("surveys.follow_up_taken")
@dataclass(frozen=True, kw_only=True)
class FollowUpTaken(SurveyFact):
    """Somebody looks after a low score."""

    follow_up_id: int
    staff_id: int


@fact("surveys.followed_up")
@dataclass(frozen=True, kw_only=True)
class FollowedUp(SurveyFact):
    """A low score was followed up; `in_time` says whether before its due instant."""

    follow_up_id: int
    in_time: bool


@fact("surveys.follow_up_overdue")
@dataclass(frozen=True, kw_only=True)
class FollowUpOverdue(SurveyFact):
    """A low score was not followed up in time."""

    follow_up_id: int
