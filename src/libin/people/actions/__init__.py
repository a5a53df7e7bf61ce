"""Everything that can be done to people, their roles and their time."""

from libin.people.actions.attendance import (
    cancel_leave,
    cancel_shift,
    close_tab,
    heartbeat,
    plan_leave,
    plan_shift,
    set_presence,
)
from libin.people.actions.changing import (
    StaffDetails,
    change_staff,
    note_certificate,
    place_in_teams,
    remove_certificate,
    set_skills,
)
from libin.people.actions.defining import (
    DepartmentSpec,
    RoleSpec,
    TeamSpec,
    define_departments,
    define_roles,
    define_teams,
)
from libin.people.actions.granting import deactivate_staff, grant_roles, reactivate_staff
from libin.people.actions.joining import (
    NewColleague,
    accept_invitation,
    create_first_administrator,
    enrol_staff,
    invite_again,
    invite_staff,
)
from libin.people.actions.passwords import (
    ask_password_reset,
    change_own_password,
    reset_password,
    send_password_reset,
)
from libin.people.actions.preferences import Preferences, set_own_preferences
from libin.people.actions.sessions import (
    end_own_session,
    end_sessions,
    note_failed_sign_in,
    note_second_factor,
    note_sign_in,
    sweep_door,
)

__all__ = [
    "DepartmentSpec",
    "NewColleague",
    "Preferences",
    "RoleSpec",
    "StaffDetails",
    "TeamSpec",
    "accept_invitation",
    "ask_password_reset",
    "cancel_leave",
    "cancel_shift",
    "change_own_password",
    "change_staff",
    "close_tab",
    "create_first_administrator",
    "deactivate_staff",
    "define_departments",
    "define_roles",
    "define_teams",
    "end_own_session",
    "end_sessions",
    "enrol_staff",
    "grant_roles",
    "heartbeat",
    "invite_again",
    "invite_staff",
    "note_certificate",
    "note_failed_sign_in",
    "note_second_factor",
    "note_sign_in",
    "place_in_teams",
    "plan_leave",
    "plan_shift",
    "reactivate_staff",
    "remove_certificate",
    "reset_password",
    "send_password_reset",
    "set_own_preferences",
    "set_presence",
    "set_skills",
    "sweep_door",
]
