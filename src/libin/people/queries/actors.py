"""Who acts, with what permissions."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, OuterRef

from libin.kernel.access import ANONYMOUS, Actor, ActorKind
from libin.people.models import Membership, Role, Staff


def actor_of(staff: AbstractBaseUser | AnonymousUser | None) -> Actor:
    """The actor for a signed-in person, with the permissions of her roles as they are this moment.

    Anybody who is not active staff is nobody. One statement.
    """
    if not isinstance(staff, Staff) or not staff.is_active:
        return ANONYMOUS
    unnested: Any = Func(F("permissions"), function="unnest")
    granted = Role.objects.filter(staff=OuterRef("pk"), retired_at=None)
    row = (
        Staff.objects.filter(pk=staff.pk, is_active=True)
        .values_list(
            ArraySubquery(granted.order_by().annotate(permission=unnested).values("permission")),
            ArraySubquery(Membership.objects.filter(staff=OuterRef("pk")).values("team_id")),
        )
        .first()
    )
    if row is None:
        return ANONYMOUS
    return Actor(
        kind=ActorKind.STAFF,
        id=staff.pk,
        permissions=frozenset(row[0]),
        name=staff.name,
        teams=frozenset(row[1]),
    )
