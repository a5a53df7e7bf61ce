"""Every write about verdicts."""

from libin.surveys.actions.answering import (
    AlreadyAnswered,
    AskedTooLongAgo,
    LinkNotOurs,
    NotOnScale,
    answer,
)
from libin.surveys.actions.asking import invite, withdraw
from libin.surveys.actions.following_up import (
    AlreadyFollowedUp,
    ResultMissing,
    finish_follow_up,
    note_overdue,
    take_follow_up,
)

__all__ = [
    "AlreadyAnswered",
    "AlreadyFollowedUp",
    "AskedTooLongAgo",
    "LinkNotOurs",
    "NotOnScale",
    "ResultMissing",
    "answer",
    "finish_follow_up",
    "invite",
    "note_overdue",
    "take_follow_up",
    "withdraw",
]
