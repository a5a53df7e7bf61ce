"""Every permission a role may carry; the rooms ask for these by name."""

from typing import Final

PERMISSIONS: Final = frozenset(
    {
        "audit.view",
        "channels.manage",
        "customers.edit",
        "customers.reveal",
        "customers.view",
        "desk.assign",
        "desk.close",
        "desk.escalate",
        "desk.forgive",
        "desk.hand_over",
        "desk.note",
        "desk.pause",
        "desk.reopen",
        "desk.reply",
        "desk.resolve",
        "desk.supervise",
        "desk.view_all",
        "desk.view_own",
        "handbook.publish",
        "handbook.read",
        "operations.view",
        "people.deactivate",
        "people.edit",
        "people.grant",
        "people.invite",
        "people.manage",
        "people.roster",
        "people.view",
        "surveys.view",
        "system.jobs",
    }
)

SOMEBODY_MUST: Final = ("handbook.publish", "people.grant", "people.manage")
"""Without a role that may do these, an installation would lock itself out."""
