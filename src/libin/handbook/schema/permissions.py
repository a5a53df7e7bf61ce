"""Every permission a role may carry; the rooms ask for these by name."""

from typing import Final

PERMISSIONS: Final = frozenset(
    {
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
        "people.deactivate",
        "people.edit",
        "people.grant",
        "people.invite",
        "people.roster",
        "people.view",
        "surveys.view",
    }
)

SOMEBODY_MUST: Final = ("handbook.publish", "people.grant")
"""Without a role that may do these, an installation would lock itself out."""
