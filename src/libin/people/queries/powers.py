"""What people may, and whether somebody remains who can give roles."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from libin.people.models import Role, Staff
from libin.people.refusals import LastAdministrator, RoleUnknown
from libin.people.rules import Permission


def powers_of(staff_id: int) -> frozenset[str]:
    """Every permission a person's roles grant, whether she is active or not."""
    granted = Role.objects.filter(staff=staff_id, retired_at=None).values_list(
        "permissions", flat=True
    )
    return frozenset(one for permissions in granted for one in permissions)


def roles_named(codes: Collection[str]) -> list[Role]:
    """The roles with these codes. Raises RoleUnknown for one that is not in force."""
    found = {role.code: role for role in Role.objects.filter(code__in=codes, retired_at=None)}
    for code in codes:
        if code not in found:
            raise RoleUnknown(code=code)
    return list(found.values())


def administrators() -> QuerySet[Staff]:
    """Active staff who may give roles."""
    giving = Role.objects.filter(
        staff=OuterRef("pk"), retired_at=None, permissions__contains=[Permission.GRANT.value]
    )
    return Staff.objects.filter(Exists(giving), is_active=True)


def require_an_administrator() -> None:
    """Raise LastAdministrator unless somebody who may give roles is still active."""
    if not administrators().exists():
        raise LastAdministrator
