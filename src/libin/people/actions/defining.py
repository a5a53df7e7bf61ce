"""Roles, departments and teams as a handbook defines them; called when a version is published."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from libin.kernel import access, audit
from libin.kernel.access import Actor
from libin.people.access import may_give
from libin.people.locks import lock_powers
from libin.people.models import Department, Role, Team
from libin.people.queries.powers import administrators, require_an_administrator
from libin.people.refusals import ValueNotOffered


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """A role as a handbook wants it."""

    code: str
    title_zh: str
    title_en: str
    permissions: Collection[str]


@dataclass(frozen=True, slots=True)
class DepartmentSpec:
    """A department as a handbook wants it."""

    code: str
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True)
class TeamSpec:
    """A team as a handbook wants it; `department` is a code or empty."""

    code: str
    title_zh: str
    title_en: str
    department: str = ""


@transaction.atomic
def define_roles(*, roles: Sequence[RoleSpec], by: Actor, at: datetime) -> None:
    """Make the roles what these say; roles not named are retired and grant nothing.

    Raises NotPermitted when staff would add permissions they do not hold, LastAdministrator when
    nobody who may give roles would remain.
    """
    lock_powers()
    had_administrator = administrators().exists()
    known = {role.code: role for role in Role.objects.select_for_update().order_by("code")}
    added: dict[str, list[str]] = {}
    for spec in roles:
        before = known.get(spec.code)
        held = set(before.permissions) if before and before.retired_at is None else set()
        added[spec.code] = sorted(set(spec.permissions) - held)
    access.require(may_give(by, {one for new in added.values() for one in new}))
    Role.objects.bulk_create(
        [
            Role(
                code=spec.code,
                title_zh=spec.title_zh,
                title_en=spec.title_en,
                permissions=sorted(set(spec.permissions)),
                retired_at=None,
            )
            for spec in roles
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["title_zh", "title_en", "permissions", "retired_at"],
    )
    gone = Role.objects.filter(retired_at=None).exclude(code__in=[spec.code for spec in roles])
    gone.update(retired_at=at)
    if had_administrator:
        require_an_administrator()
    audit.record(
        act="people.define_roles",
        subject="roles",
        by=by,
        at=at,
        details={
            "roles": [spec.code for spec in roles],
            "added": {k: v for k, v in added.items() if v},
        },
    )


@transaction.atomic
def define_departments(*, departments: Sequence[DepartmentSpec], by: Actor, at: datetime) -> None:
    """Make the departments what these say; others are retired."""
    Department.objects.bulk_create(
        [
            Department(code=spec.code, title_zh=spec.title_zh, title_en=spec.title_en)
            for spec in departments
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["title_zh", "title_en", "retired_at"],
    )
    codes = [spec.code for spec in departments]
    Department.objects.filter(retired_at=None).exclude(code__in=codes).update(retired_at=at)
    audit.record(
        act="people.define_departments",
        subject="departments",
        by=by,
        at=at,
        details={"departments": codes},
    )


@transaction.atomic
def define_teams(*, teams: Sequence[TeamSpec], by: Actor, at: datetime) -> None:
    """Make the teams what these say; others are retired, their members stay noted.

    Raises ValueNotOffered for a department that is not defined.
    """
    departments = dict(Department.objects.filter(retired_at=None).values_list("code", "pk"))
    for spec in teams:
        if spec.department and spec.department not in departments:
            raise ValueNotOffered(value=spec.department)
    Team.objects.bulk_create(
        [
            Team(
                code=spec.code,
                title_zh=spec.title_zh,
                title_en=spec.title_en,
                department_id=departments.get(spec.department),
            )
            for spec in teams
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["title_zh", "title_en", "department", "retired_at"],
    )
    codes = [spec.code for spec in teams]
    Team.objects.filter(retired_at=None).exclude(code__in=codes).update(retired_at=at)
    audit.record(act="people.define_teams", subject="teams", by=by, at=at, details={"teams": codes})
