"""What a customer is asked, and what she said."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from libin.handbook import queries as handbook
from libin.handbook.rules import Survey
from libin.kernel.access import Actor
from libin.surveys import access
from libin.surveys.models import SurveyAnswer, SurveyInvitation

State = Literal["open", "answered", "expired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The question behind a link, in the version of the handbook the case was served under."""

    survey: Survey
    state: State
    language: str
    case_id: int
    subject: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictShown:
    """What was said about one case."""

    case_id: int
    survey: str
    score: int
    highest: int
    band: str
    low: bool
    comment: str
    at: datetime


def hashed(token: str) -> bytes:
    """What the tables keep of a token."""
    return hashlib.sha256(token.encode()).digest()


def invitation_behind(token: str) -> SurveyInvitation | None:
    """The invitation a link belongs to; None for a forged or withdrawn one."""
    if not token:
        return None
    row = SurveyInvitation.objects.filter(token_hash=hashed(token), withdrawn_at=None).first()
    if row is None or not secrets.compare_digest(bytes(row.token_hash), hashed(token)):
        return None
    return row


def question(token: str, *, at: datetime) -> Question | None:
    """What to ask the holder of a link; None when the link is not ours."""
    invitation = invitation_behind(token)
    if invitation is None:
        return None
    state: State = "open"
    if SurveyAnswer.objects.filter(invitation=invitation).exists():
        state = "answered"
    elif at >= invitation.expires_at:
        state = "expired"
    book = handbook.version(invitation.handbook_id)
    return Question(
        survey=book.surveys[invitation.survey],
        state=state,
        language=invitation.language,
        case_id=invitation.case_id,
        subject=invitation.case.subject,
        expires_at=invitation.expires_at,
    )


def verdicts(viewer: Actor, *, case_ids: Iterable[int]) -> dict[int, VerdictShown]:
    """The latest verdict on each of many cases, by case; one query for a whole list."""
    rows = (
        access.answers_visible_to(viewer)
        .select_related("invitation")
        .filter(invitation__case_id__in=set(case_ids))
        .order_by("at", "pk")
    )
    return {row.invitation.case_id: _shown(row) for row in rows}


def _shown(row: SurveyAnswer) -> VerdictShown:
    invitation = row.invitation
    survey = handbook.version(invitation.handbook_id).surveys[invitation.survey]
    return VerdictShown(
        case_id=invitation.case_id,
        survey=invitation.survey,
        score=row.score,
        highest=max(point.score for point in survey.scale),
        band=row.band,
        low=row.low,
        comment=row.comment,
        at=row.at,
    )
