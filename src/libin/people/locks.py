"""The one lock under which power over people changes hands."""

from django.db import connection

_POWER = 7_401_001


def lock_powers() -> None:
    """Let only one transaction at a time change roles or who is active, until it ends.

    Without it two administrators could remove each other in the same moment.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_POWER])
