"""Who may read, change and publish the handbook."""

from django.utils.translation import gettext as _

from libin.kernel.access import YES, Actor, Answer, no


def may_read(actor: Actor) -> Answer:
    """Staff whose role lets them read it."""
    if actor.holds("handbook.read") or actor.holds("handbook.publish"):
        return YES
    return no(_("Your role does not let you read the handbook."))


def may_publish(actor: Actor) -> Answer:
    """Whoever answers for what the house promises."""
    if actor.holds("handbook.publish"):
        return YES
    return no(_("Your role does not let you publish the handbook."))
