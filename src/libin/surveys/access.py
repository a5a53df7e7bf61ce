"""Who may see verdicts, and who may answer for low ones."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from libin.kernel.access import YES, Actor, Answer, no
from libin.surveys.models import FollowUp, SurveyAnswer, SurveyInvitation

VIEW = "surveys.view"
SUPERVISE = "desk.supervise"


def invitations_visible_to(viewer: Actor) -> QuerySet[SurveyInvitation]:
    """Staff with the right see all invitations, a customer her own."""
    if viewer.is_customer:
        return SurveyInvitation.objects.filter(customer_id=viewer.id or 0)
    return SurveyInvitation.objects.all() if viewer.holds(VIEW) else SurveyInvitation.objects.none()


def answers_visible_to(viewer: Actor) -> QuerySet[SurveyAnswer]:
    """Answers to the invitations the viewer may see."""
    if viewer.holds(VIEW) and not viewer.is_customer:
        return SurveyAnswer.objects.all()
    return SurveyAnswer.objects.filter(invitation__in=invitations_visible_to(viewer))


def follow_ups_visible_to(viewer: Actor) -> QuerySet[FollowUp]:
    """Follow-ups are our own affair: staff with the right see all, others those they look after."""
    if viewer.is_customer:
        return FollowUp.objects.none()
    if viewer.holds(VIEW):
        return FollowUp.objects.all()
    return FollowUp.objects.filter(owner_id=viewer.staff_id, owner__isnull=False)


def may_look(actor: Actor) -> Answer:
    """Looking at verdicts at all."""
    if actor.holds(VIEW) and not actor.is_customer:
        return YES
    return no(_("Your role does not include the customers' verdicts."))


def may_follow_up(actor: Actor, follow_up: FollowUp) -> Answer:
    """Supervisors, and whoever looks after it."""
    mine = actor.staff_id is not None and follow_up.owner_id == actor.staff_id
    if mine or (actor.holds(SUPERVISE) and not actor.is_customer):
        return YES
    return no(_("You may see low scores, but not follow them up."))
