"""Who may see which customers, and who may change what about them."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from libin.customers.models import Customer
from libin.kernel.access import YES, Actor, Answer, no

VIEW = "customers.view"
EDIT = "customers.edit"
REVEAL = "customers.reveal"
APPROVE = "desk.supervise"


def visible_to(viewer: Actor) -> QuerySet[Customer]:
    """Staff who serve customers see all of them, a customer sees herself, anybody else nobody."""
    if viewer.is_customer:
        return Customer.objects.filter(pk=viewer.id) if viewer.id else Customer.objects.none()
    return Customer.objects.all() if viewer.holds(VIEW) else Customer.objects.none()


def may_look(actor: Actor) -> Answer:
    """Looking for customers at all."""
    if actor.holds(VIEW) and not actor.is_customer:
        return YES
    return no(_("Your role does not include customers."))


def may_edit(actor: Actor, customer: Customer) -> Answer:
    """Staff with the right; a customer her own language and preferences."""
    if actor.is_customer and actor.id == customer.pk:
        return YES
    if actor.holds(EDIT):
        return YES
    return no(_("You may look at this customer, but not change anything."))


def may_add(actor: Actor) -> Answer:
    """Staff with the right to change customers may also add them."""
    return YES if actor.holds(EDIT) else no(_("You may not add customers."))


def may_manage(actor: Actor) -> Answer:
    """Tier and account manager: staff only, whatever customer it is."""
    if actor.holds(EDIT) and not actor.is_customer:
        return YES
    return no(_("You may not change the tier or the account manager of a customer."))


def may_approve(actor: Actor) -> Answer:
    """A change of tier needs somebody who answers for a team's work."""
    if actor.holds(APPROVE):
        return YES
    return no(_("This change needs the approval of a supervisor."))


def may_reveal(actor: Actor) -> Answer:
    """Sealed contact data are shown one at a time, to whom the handbook gives the right."""
    if actor.holds(REVEAL):
        return YES
    return no(_("You may not see this contact in full."))
