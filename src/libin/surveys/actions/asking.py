"""A customer is asked for her verdict, or asked no more."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from libin.customers.queries import email_to_write
from libin.desk.models import Case
from libin.handbook import actions as handbook_actions
from libin.handbook import queries as handbook
from libin.handbook.rules import Survey
from libin.kernel import audit, mail
from libin.kernel.access import Actor
from libin.kernel.outbox import publish
from libin.surveys import letters
from libin.surveys.facts import Invited
from libin.surveys.models import SurveyAnswer, SurveyInvitation
from libin.surveys.queries import hashed


@transaction.atomic
def invite(*, case_id: int, heard: str, by: Actor, at: datetime) -> SurveyInvitation | None:
    """Ask for a verdict on a case when its handbook wants it on the fact `heard`; None when it does not.

    A case is asked about once; a customer not again within the survey's quiet days; nobody without an
    e-mail address.
    """
    case = (
        Case.objects.select_related("customer", "owner", "team")
        .select_for_update(of=("self",))
        .get(pk=case_id)
    )
    book = handbook.version(case.handbook_id)
    code = book.kinds[case.kind].survey
    survey = book.surveys[code] if code else None
    email = email_to_write(case.customer_id)
    if survey is None or survey.sends_on != heard or not email or _is_quiet(case, survey, at):
        return None
    try:
        with transaction.atomic():
            return _ask(case, survey, email, by=by, at=at)
    except IntegrityError:  # it has been asked about already
        return None


def _is_quiet(case: Case, survey: Survey, at: datetime) -> bool:
    if not survey.quiet_days:
        return False
    since = at - timedelta(days=survey.quiet_days)
    asked = SurveyInvitation.objects.filter(customer_id=case.customer_id, survey=survey.code)
    return asked.filter(invited_at__gt=since, withdrawn_at=None).exists()


def _ask(case: Case, survey: Survey, email: str, *, by: Actor, at: datetime) -> SurveyInvitation:
    book = handbook.version(case.handbook_id)
    language = case.customer.language or case.language or settings.LANGUAGE_CODE
    leaves_at = at + timedelta(minutes=survey.delay_minutes)
    token = secrets.token_urlsafe(24)
    written = letters.letter(
        case=case,
        book=book,
        survey=survey,
        language=language,
        address_as=case.customer.form_of_address or case.customer.name,
        token=token,
    )
    invitation = SurveyInvitation.objects.create(
        case=case,
        customer_id=case.customer_id,
        handbook_id=case.handbook_id,
        survey=survey.code,
        kind=case.kind,
        tier=case.tier,
        service_class=case.service_class,
        team=case.team.code if case.team else "",
        person_id=case.owner_id,
        language=language,
        token_hash=hashed(token),
        invited_at=at,
        leaves_at=leaves_at,
        expires_at=leaves_at + timedelta(days=survey.expires_days),
    )
    invitation.mail = mail.post(
        to=[email],
        subject=written.subject,
        text=written.text,
        html=written.html,
        send_after=leaves_at,
        subject_ref=f"case:{case.pk}",
        automatic=True,
        at=at,
    )
    invitation.save(update_fields=["mail"])
    _tell(invitation, survey, by=by, at=at)
    return invitation


def _tell(invitation: SurveyInvitation, survey: Survey, *, by: Actor, at: datetime) -> None:
    handbook_actions.observe(
        rule_id=survey.id,
        version_id=invitation.handbook_id,
        subject_kind="case",
        subject_id=invitation.case_id,
        occasion="asked",
        kept=True,
        person_id=invitation.person_id,
        team=invitation.team,
        tier=invitation.tier,
        service_class=invitation.service_class,
        value=None,
        by=by,
        at=at,
    )
    audit.record(
        act="surveys.invite",
        subject=f"case:{invitation.case_id}",
        by=by,
        at=at,
        details={"survey": survey.code},
    )
    publish(
        Invited(
            case_id=invitation.case_id,
            invitation_id=invitation.pk,
            survey=survey.code,
            by=by.ref,
            at=at,
        )
    )


@transaction.atomic
def withdraw(*, case_id: int, by: Actor, at: datetime) -> int:
    """Ask no more about a case that is open again: letters that have not left stay here. Returns how many."""
    waiting = SurveyInvitation.objects.select_for_update().filter(
        case_id=case_id, withdrawn_at=None, leaves_at__gt=at
    )
    count = 0
    for invitation in waiting:
        answered = SurveyAnswer.objects.filter(invitation=invitation).exists()
        if answered or not (invitation.mail_id and mail.cancel(mail_id=invitation.mail_id)):
            continue
        invitation.withdrawn_at = at
        invitation.save(update_fields=["withdrawn_at"])
        audit.record(act="surveys.withdraw", subject=f"case:{case_id}", by=by, at=at)
        count += 1
    return count
