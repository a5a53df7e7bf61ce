"""A customer gives her verdict, once."""

from datetime import datetime, timedelta

from django.db import transaction

from libin.desk.models import Case
from libin.handbook import queries as handbook
from libin.handbook.rules import Survey
from libin.kernel import audit
from libin.kernel.access import Actor, ActorKind
from libin.kernel.errors import Refusal
from libin.kernel.outbox import publish
from libin.surveys import rules
from libin.surveys.facts import Answered, LowScore
from libin.surveys.models import FollowUp, SurveyAnswer, SurveyInvitation
from libin.surveys.queries import invitation_behind


class LinkNotOurs(Refusal):
    """This link does not belong to a request of ours."""


class AlreadyAnswered(Refusal):
    """You have already rated this request. Thank you."""


class AskedTooLongAgo(Refusal):
    """This request can no longer be rated."""


class NotOnScale(Refusal):
    """Please choose one of the scores."""


@transaction.atomic
def answer(*, token: str, score: int, comment: str, by: Actor, at: datetime) -> SurveyAnswer:
    """Write down the verdict of whoever holds the link.

    Raises LinkNotOurs, AlreadyAnswered, AskedTooLongAgo, NotOnScale. A comment longer than 4000
    characters is cut.
    """
    found = invitation_behind(token)
    if found is None:
        raise LinkNotOurs
    invitation = (
        SurveyInvitation.objects.select_for_update(of=("self",))
        .select_related("case")
        .get(pk=found.pk)
    )
    if SurveyAnswer.objects.filter(invitation=invitation).exists():
        raise AlreadyAnswered
    if invitation.withdrawn_at or at >= invitation.expires_at:
        raise AskedTooLongAgo
    survey = handbook.version(invitation.handbook_id).surveys[invitation.survey]
    if not rules.on_scale(survey, score):
        raise NotOnScale
    said = SurveyAnswer.objects.create(
        invitation=invitation,
        score=score,
        band=survey.band(score).code,
        low=rules.is_low(survey, score),
        satisfied=rules.is_satisfied(survey, score),
        comment=comment.replace("\0", "").strip()[: rules.LONGEST_COMMENT],
        at=at,
    )
    who = Actor(kind=ActorKind.CUSTOMER, id=invitation.customer_id)
    _tell(said, invitation, by=who, at=at)
    if said.low:
        _owe_follow_up(said, invitation, survey, by=who, at=at)
    return said


def _tell(said: SurveyAnswer, invitation: SurveyInvitation, *, by: Actor, at: datetime) -> None:
    audit.record(
        act="surveys.answer",
        subject=f"case:{invitation.case_id}",
        by=by,
        at=at,
        details={"survey": invitation.survey, "score": said.score},
    )
    publish(
        Answered(
            case_id=invitation.case_id,
            invitation_id=invitation.pk,
            survey=invitation.survey,
            score=said.score,
            band=said.band,
            by=by.ref,
            at=at,
        )
    )


def _owe_follow_up(
    said: SurveyAnswer, invitation: SurveyInvitation, survey: Survey, *, by: Actor, at: datetime
) -> None:
    follow_up = FollowUp.objects.create(
        answer=said,
        rule=survey.band(said.score).id,
        owner_id=_first_to_ask(invitation.case),
        opened_at=at,
        due_at=at + timedelta(minutes=survey.follow_up_minutes),
    )
    publish(
        LowScore(
            case_id=invitation.case_id,
            invitation_id=invitation.pk,
            follow_up_id=follow_up.pk,
            score=said.score,
            band=said.band,
            by=by.ref,
            at=at,
        )
    )


def _first_to_ask(case: Case) -> int | None:
    """The customer's account manager speaks with her; without one a supervisor takes it from the list."""
    return case.customer.account_manager_id
