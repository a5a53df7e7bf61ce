"""What was promised, by when, and whether it was kept."""

from django.db import models

from libin.desk.models.case import Case
from libin.kernel.records import DataClass, Record


class Promise(Record):
    """One promised instant of one case.

    `wake_at` is the next instant at which the clock must look: a warning, the due instant, or the end of
    a pause. It is empty once nothing more can happen by itself.
    """

    data_class = DataClass.GENERAL
    retention = "service-record"

    class State(models.TextChoices):
        RUNNING = "running"
        PAUSED = "paused"
        KEPT = "kept"
        BROKEN = "broken"
        DROPPED = "dropped"

    case = models.ForeignKey(Case, models.CASCADE, related_name="promises")
    rule = models.CharField(max_length=120)
    code = models.CharField(max_length=40)
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    wake_at = models.DateTimeField(null=True)
    warned = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    breach_reason = models.CharField(max_length=40, blank=True)
    breach_words = models.TextField(blank=True)
    forgiven_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "code", "round"], name="promise_once_a_round"),
        ]
        indexes = [
            models.Index(
                fields=["wake_at", "id"],
                name="promise_wake",
                condition=models.Q(wake_at__isnull=False),
            ),
            models.Index(
                fields=["settled_at"],
                name="promise_settled",
                condition=models.Q(settled_at__isnull=False),
            ),
            models.Index(
                fields=["broken_at"],
                name="promise_broken",
                condition=models.Q(broken_at__isnull=False),
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it still waits for the act that meets it."""
        return self.settled_at is None and self.state != self.State.DROPPED


class Pause(Record):
    """A stretch in which a case's pausable promises stood still."""

    data_class = DataClass.GENERAL
    retention = "service-record"

    case = models.ForeignKey(Case, models.CASCADE, related_name="pauses")
    reason = models.CharField(max_length=40)
    by = models.CharField(max_length=80)
    from_at = models.DateTimeField()
    latest_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(until_at=None), name="case_one_pause"
            ),
        ]
