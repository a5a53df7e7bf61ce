"""Who acts, with what permissions."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from libin.kernel.access import ANONYMOUS, Actor, ActorKind
from libin.people.models import Staff

# Asked in every request of staff: putting the same together each time costs more than running it.
_POWERS = """
SELECT ARRAY(
         SELECT unnest(role.permissions) FROM people_role role JOIN people_staff_roles held ON held.role_id = role.id
         WHERE held.staff_id = staff.id AND role.retired_at IS NULL
       ),
       ARRAY(SELECT team_id FROM people_membership WHERE staff_id = staff.id)
FROM people_staff staff WHERE id = %s AND is_active
"""


def actor_of(staff: AbstractBaseUser | AnonymousUser | None) -> Actor:
    """The actor for a signed-in person, with the permissions of her roles as they are this moment.

    Anybody who is not active staff is nobody. One statement.
    """
    if not isinstance(staff, Staff) or not staff.is_active:
        return ANONYMOUS
    with connection.cursor() as cursor:
        cursor.execute(_POWERS, [staff.pk])
        row = cursor.fetchone()
    if row is None:
        return ANONYMOUS
    return Actor(
        kind=ActorKind.STAFF,
        id=staff.pk,
        permissions=frozenset(row[0]),
        name=staff.name,
        teams=frozenset(row[1]),
    )
