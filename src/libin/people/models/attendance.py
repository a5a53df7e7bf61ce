"""Who is here: presence now, shifts planned, leave taken."""

from django.db import models

from libin.kernel.records import DataClass, Record
from libin.people.models.staff import Staff


class Presence(Record):
    """What a person last said of herself and when her browser was last heard.

    Whether she counts as here is derived from `state` and `seen_at`; see `people.rules`.
    """

    data_class = DataClass.GENERAL
    retention = "operational"

    class State(models.TextChoices):
        ONLINE = "online"
        BUSY = "busy"
        AWAY = "away"
        OFFLINE = "offline"

    staff = models.OneToOneField(Staff, models.CASCADE, primary_key=True, related_name="presence")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OFFLINE)
    seen_at = models.DateTimeField(null=True)
    tabs = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.state


class Shift(Record):
    """A span of planned work; a person's shifts never overlap."""

    data_class = DataClass.GENERAL
    retention = "service-record"

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="shift_ends_after_start"
            ),
            models.UniqueConstraint(fields=["staff", "starts_at"], name="shift_once"),
        ]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="shift_span")]

    def __str__(self) -> str:
        return f"{self.starts_at:%F %R}"


class Leave(Record):
    """A span in which a person is not given work."""

    data_class = DataClass.PERSONAL
    retention = "service-record"

    class Kind(models.TextChoices):
        ANNUAL = "annual"
        SICK = "sick"
        TRAINING = "training"
        OTHER = "other"

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="leaves")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.ANNUAL)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="leave_ends_after_start"
            ),
            models.UniqueConstraint(fields=["staff", "starts_at"], name="leave_once"),
        ]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="leave_span")]

    def __str__(self) -> str:
        return f"{self.starts_at:%F %R}"
