"""Who may see and do what at the desk."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from libin.desk.models import Case
from libin.kernel.access import YES, Actor, Answer, no


def visible_to(viewer: Actor) -> QuerySet[Case]:
    """The cases this viewer may know of: all, her own and her teams', or a customer's own."""
    if viewer.holds("desk.view_all"):
        return Case.objects.all()
    if viewer.is_customer:
        return Case.objects.filter(customer_id=viewer.customer)
    if viewer.is_staff and viewer.holds("desk.view_own"):
        return Case.objects.filter(
            Q(owner_id=viewer.person)
            | Q(asked_id=viewer.person)
            | Q(team_id__in=viewer.teams)
            | Q(owner=None, team=None)
        )
    return Case.objects.none()


def may_see(viewer: Actor, case: Case) -> bool:
    """As `visible_to`, for one case already read: no further statement."""
    if viewer.holds("desk.view_all"):
        return True
    if viewer.is_customer:
        return case.customer_id == viewer.id
    mine = viewer.id in (case.owner_id, case.asked_id) or case.team_id in viewer.teams
    return viewer.holds("desk.view_own") and (
        mine or (case.owner_id is None and case.team_id is None)
    )


def may(actor: Actor, permission: str) -> Answer:
    """Yes, or that the role does not include it."""
    if actor.holds(permission):
        return YES
    return no(_("Your role does not include this. Please ask your supervisor."))


def may_know(actor: Actor, case: Case) -> Answer:
    """Nobody acts on a case that she may not see."""
    return YES if may_see(actor, case) else no(_("There is no such case for you."))


def may_note(actor: Actor, case: Case) -> Answer:
    return may(actor, "desk.note") if (known := may_know(actor, case)) else known


def may_reply(actor: Actor, case: Case) -> Answer:
    if not (known := may_know(actor, case)):
        return known
    if case.is_closed:
        return no(_("This case is closed. Reopen it to write to the customer."))
    return may(actor, "desk.reply")


def may_work_on(actor: Actor, case: Case, permission: str) -> Answer:
    """Acts on a running case that its owner does, or somebody who may do so for others."""
    if not (known := may_know(actor, case)):
        return known
    if case.is_closed:
        return no(_("This case is closed."))
    if not actor.holds(permission):
        return may(actor, permission)
    mine = case.owner_id in (None, actor.staff_id)
    if mine or not actor.is_staff or actor.holds("desk.supervise") or actor.holds("desk.assign"):
        return YES
    return no(_("Only the person who holds this case can do that. Take it over first."))


def may_reopen(actor: Actor) -> Answer:
    """A customer may always come back; staff need the right."""
    return may(actor, "desk.reopen") if actor.is_staff else YES


def may_assign(actor: Actor, case: Case, staff_id: int) -> Answer:
    """Anybody who replies may take a case for herself; giving it to others needs the right to assign."""
    if not (known := may_know(actor, case)):
        return known
    if case.is_closed:
        return no(_("This case is closed."))
    if staff_id == actor.staff_id and actor.holds("desk.reply"):
        return YES
    return may(actor, "desk.assign")
