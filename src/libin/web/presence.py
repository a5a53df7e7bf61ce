"""When a silent screen counts as away, for every staff screen."""

from datetime import datetime

from libin.desk.queries.people_here import presence_policy
from libin.handbook.queries import in_force, is_any_in_force
from libin.people.rules import PresencePolicy


def policy_at(at: datetime) -> PresencePolicy:
    """What the handbook in force says; our own times before there is one."""
    return presence_policy(in_force(at)) if is_any_in_force(at) else PresencePolicy()
