"""Who may do what to whom among the staff, with a sentence when not."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from libin.kernel.access import YES, Actor, Answer, no
from libin.people.rules import Permission, lacking


def may(actor: Actor, permission: Permission) -> Answer:
    """Whether the actor holds one permission of this room."""
    return YES if actor.holds(permission) else no(_("Your role does not allow this."))


def may_give(actor: Actor, permissions: Collection[str]) -> Answer:
    """Nobody gives, or takes away, what she does not hold herself."""
    if not actor.is_staff or not lacking(permissions, actor.permissions):
        return YES
    return no(_("This role holds permissions that you do not hold yourself."))


def may_edit(actor: Actor, *, powers: Collection[str]) -> Answer:
    """Whether the actor may change what a person is and can; `powers` is what the person may.

    Powers over people protect whoever holds them from those who do not.
    """
    if not (answer := may(actor, Permission.EDIT)):
        return answer
    over_people = [power for power in powers if power.startswith("people.")]
    if actor.is_staff and lacking(over_people, actor.permissions):
        return no(_("This person has powers over people that you do not have."))
    return YES


def may_grant(actor: Actor, *, staff_id: int, changed: Collection[str]) -> Answer:
    """Whether the actor may change a person's roles; `changed` is every permission at stake."""
    if not (answer := may(actor, Permission.GRANT)):
        return answer
    if actor.staff_id == staff_id:
        return no(_("Nobody changes her own roles; ask a colleague."))
    return may_give(actor, changed)


def may_deactivate(actor: Actor, *, staff_id: int, powers: Collection[str]) -> Answer:
    """Whether the actor may deactivate or bring back a person, or close her sessions."""
    if not (answer := may(actor, Permission.DEACTIVATE)):
        return answer
    if actor.staff_id == staff_id:
        return no(_("Nobody deactivates herself; ask a colleague."))
    if actor.is_staff and lacking(powers, actor.permissions):
        return no(_("This person holds permissions that you do not hold yourself."))
    return YES


def may_plan(actor: Actor) -> Answer:
    """Whether the actor may plan shifts and leave."""
    return may(actor, Permission.ROSTER)
