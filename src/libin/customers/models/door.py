"""How a customer comes in: proofs of a contact point, sessions, and counts of visits at the door."""

from django.db import models

from libin.customers.models.customer import ContactPoint, Customer
from libin.kernel.records import DataClass, Record


class PortalProof(Record):
    """A link asked for an address. Known or not, the same row is written; only a known one is mailed."""

    data_class = DataClass.SECRET
    retention = "session"

    email = models.CharField(max_length=320)
    page = models.CharField(max_length=500)
    contact_point = models.ForeignKey(
        ContactPoint, models.CASCADE, null=True, related_name="proofs"
    )
    token_hash = models.BinaryField(max_length=32, unique=True, null=True)
    asked_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class PortalSession(Record):
    """A signed-in customer's browser; the cookie holds the token, the table its hash."""

    data_class = DataClass.SECRET
    retention = "session"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="portal_sessions")
    contact_point = models.ForeignKey(ContactPoint, models.CASCADE, related_name="portal_sessions")
    token_hash = models.BinaryField(max_length=32, unique=True)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="portal_session_end")]


class DoorCount(Record):
    """How often somebody came to a public door within one window; `visitor` is a keyed hash."""

    data_class = DataClass.GENERAL
    retention = "session"

    door = models.CharField(max_length=40)
    visitor = models.BinaryField(max_length=32)
    window_ends_at = models.DateTimeField(db_index=True)
    visits = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["door", "visitor", "window_ends_at"], name="door_count_once_per_window"
            )
        ]


class PostedForm(Record):
    """A form that was posted: posting it again leads to the same case. `key_hash` is of the form's own key."""

    data_class = DataClass.GENERAL
    retention = "session"

    key_hash = models.BinaryField(max_length=32, unique=True)
    case_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_index=True)
