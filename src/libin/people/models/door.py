"""The door: invitations, resets, sessions, used codes and counted failures. Hashes only."""

from django.db import models

from libin.kernel.records import DataClass, Record
from libin.people.models.staff import Staff


class Invitation(Record):
    """A link mailed to a new colleague; works once, until it expires or is replaced."""

    data_class = DataClass.SECRET
    retention = "session"

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="invitations")
    token_hash = models.BinaryField(max_length=32, unique=True)
    invited_by = models.CharField(max_length=80)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invitation:{self.pk}"


class PasswordReset(Record):
    """A link by which a person who forgot her password may set another; works once."""

    data_class = DataClass.SECRET
    retention = "session"

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="password_resets")
    token_hash = models.BinaryField(max_length=32, unique=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"password-reset:{self.pk}"


class StaffSession(Record):
    """A browser session; `session_key` holds the hash of what the cookie says."""

    data_class = DataClass.SECRET
    retention = "session"

    session_key = models.CharField(max_length=64, primary_key=True)
    session_data = models.TextField()
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="sessions", null=True)
    device = models.CharField(max_length=120, blank=True)
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"session of staff:{self.staff_id}"


class CodeUse(Record):
    """A one-time code that was accepted; the same code is never accepted twice."""

    data_class = DataClass.SECRET
    retention = "session"

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="+")
    code_hash = models.BinaryField(max_length=32)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "code_hash"], name="code_used_once"),
        ]

    def __str__(self) -> str:
        return f"code of staff:{self.staff_id}"


class DoorFailures(Record):
    """Failed attempts at the door; `visitor` is a keyed hash of account, device or address."""

    data_class = DataClass.SECRET
    retention = "session"

    visitor = models.BinaryField(max_length=32, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.failures} failures"
