"""Tables of the people room."""

from libin.people.models.abilities import Certificate, SkillHeld
from libin.people.models.attendance import Leave, Presence, Shift
from libin.people.models.door import (
    CodeUse,
    DoorFailures,
    Invitation,
    PasswordReset,
    StaffSession,
)
from libin.people.models.staff import Role, Staff
from libin.people.models.teams import Department, Membership, Team

__all__ = [
    "Certificate",
    "CodeUse",
    "Department",
    "DoorFailures",
    "Invitation",
    "Leave",
    "Membership",
    "PasswordReset",
    "Presence",
    "Role",
    "Shift",
    "SkillHeld",
    "Staff",
    "StaffSession",
    "Team",
]
