"""Who may look after mailboxes and the mail that got stuck."""

from django.utils.translation import gettext as _

from libin.kernel.access import YES, Actor, Answer, no

MANAGE = "channels.manage"


def may_manage(actor: Actor) -> Answer:
    """Mailboxes, quarantine and failed work are one trust: raw mail shows everything."""
    return YES if actor.holds(MANAGE) else no(_("You may not look after mailboxes."))
