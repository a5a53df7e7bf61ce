"""Checks of who serves: roles, teams, lanes, routing, escalation."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from libin.handbook.schema.permissions import PERMISSIONS, SOMEBODY_MUST
from libin.handbook.source.checker import Checker
from libin.handbook.source.problems import Path


def check_staffing(checker: Checker) -> None:
    """Roles, groups, teams, routing and escalation name what exists; somebody may publish and manage people."""
    source = checker.source
    for code, role in source.roles.items():
        checker.all_known(
            role.permissions,
            PERMISSIONS,
            ("roles", code, "permissions"),
            pgettext("handbook", "permission"),
        )
    for permission in SOMEBODY_MUST:
        if not any(permission in role.permissions for role in source.roles.values()):
            checker.note(
                ("roles",),
                _('No role holds "%(permission)s".') % {"permission": permission},
                _("Give it to at least one role, or nobody could do it any more."),
            )
    for code, group in source.groups.items():
        checker.all_known(
            group.roles, source.roles, ("groups", code, "roles"), pgettext("handbook", "role")
        )
    for code, team in source.teams.items():
        path: Path = ("teams", code)
        checker.known(
            team.department,
            source.departments,
            (*path, "department"),
            pgettext("handbook", "department"),
        )
        checker.all_known(team.lanes, source.lanes, (*path, "lanes"), pgettext("handbook", "lane"))
        checker.all_known(team.kinds, source.kinds, (*path, "kinds"), pgettext("handbook", "kind"))
        if team.size_min > team.size_max:
            checker.note(
                (*path, "size_min"),
                _("The least size is greater than the largest."),
                _("Exchange size_min and size_max."),
            )
    for index, overflow in enumerate(source.routing.overflow):
        path = ("routing", "overflow", index, "to")
        what, _colon, code = overflow.to.partition(":")
        if what == "team":
            checker.known(code, source.teams, path, pgettext("handbook", "team"))
        elif what == "role":
            checker.known(code, source.roles, path, pgettext("handbook", "role"))
    for code, rung in source.escalation.items():
        path = ("escalation", code)
        checker.known(rung.role, source.roles, (*path, "role"), pgettext("handbook", "role"))
        checker.all_known(
            rung.on_breach_of,
            source.promises,
            (*path, "on_breach_of"),
            pgettext("handbook", "promise"),
        )


def check_lanes(checker: Checker) -> None:
    """Every class waits in exactly one lane, and every lane has a team."""
    source = checker.source
    of_class: dict[str, str] = {}
    for code, lane in source.lanes.items():
        checker.known(
            lane.min_level,
            source.levels,
            ("lanes", code, "min_level"),
            pgettext("handbook", "level"),
        )
        checker.all_known(
            lane.classes,
            source.service_classes,
            ("lanes", code, "classes"),
            pgettext("handbook", "class"),
        )
        for index, service_class in enumerate(lane.classes):
            if other := of_class.get(service_class):
                checker.note(
                    ("lanes", code, "classes", index),
                    _('Class "%(code)s" already waits in lane "%(other)s".')
                    % {"code": service_class, "other": other},
                    _("Give every class one lane."),
                )
            of_class.setdefault(service_class, code)
        if not any(code in team.lanes for team in source.teams.values()):
            checker.note(
                ("lanes", code),
                _("No team serves this lane."),
                _("Name the lane at one of the teams."),
            )
    for service_class in source.service_classes:
        if service_class not in of_class:
            checker.note(
                ("lanes",),
                _('Class "%(code)s" waits in no lane.') % {"code": service_class},
                _("Name it under classes: of one lane."),
            )
