"""Every question about the people who work here."""

from libin.people.queries.actors import actor_of
from libin.people.queries.doors import OwnSession, invitation_to_use, own_sessions, reset_to_use
from libin.people.queries.names import colleagues
from libin.people.queries.powers import administrators, powers_of
from libin.people.queries.roster import RosterLine, Span, roster
from libin.people.queries.routing import PersonForRouting, people_for_routing
from libin.people.queries.staff import (
    StaffCard,
    StaffLine,
    Titled,
    departments_in_force,
    names_of,
    people_by_role,
    roles_in_force,
    staff_card,
    staff_lines,
    staff_visible_to,
    standing_of,
    teams_in_force,
)

__all__ = [
    "OwnSession",
    "PersonForRouting",
    "RosterLine",
    "Span",
    "StaffCard",
    "StaffLine",
    "Titled",
    "actor_of",
    "administrators",
    "colleagues",
    "departments_in_force",
    "invitation_to_use",
    "names_of",
    "own_sessions",
    "people_by_role",
    "people_for_routing",
    "powers_of",
    "reset_to_use",
    "roles_in_force",
    "roster",
    "staff_card",
    "staff_lines",
    "staff_visible_to",
    "standing_of",
    "teams_in_force",
]
