"""Facts written down, and the work that is owed."""

from django.db import models

from libin.kernel.records import DataClass, Record


class FactRecord(Record):
    """One thing that happened, written in the transaction that made it true; partitioned by month."""

    data_class = DataClass.GENERAL
    retention = "service-record"

    pk = models.CompositePrimaryKey("id", "at")
    id = models.BigIntegerField()
    at = models.DateTimeField()
    name = models.CharField(max_length=80)
    by = models.CharField(max_length=80)
    body = models.JSONField()

    class Meta:
        managed = False  # Django cannot declare partitions; the first migration does, in SQL.
        db_table = "kernel_fact"


class Job(Record):
    """One piece of work owed: a fact to a reaction, or a call deferred by an action.

    Done work is deleted; work that fails is tried again later and at last given up, with its problem kept.
    """

    data_class = DataClass.GENERAL
    retention = "operational"

    class Lane(models.TextChoices):
        INSIDE = "inside"
        OUTSIDE = "outside"

    name = models.CharField(max_length=120)
    lane = models.CharField(max_length=8, choices=Lane.choices, default=Lane.INSIDE)
    fact_id = models.BigIntegerField(null=True)
    args = models.JSONField(default=dict)
    key = models.CharField(max_length=120, null=True)  # noqa: DJ001 - NULL means "no such key"
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True, default="")
    given_up = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fact_id", "name"], name="job_once_per_fact"),
            models.UniqueConstraint(fields=["name", "key"], name="job_once_per_key"),
        ]
        indexes = [
            models.Index(
                fields=["lane", "due_at", "id"], name="job_due", condition=models.Q(given_up=False)
            ),
            models.Index(fields=["-id"], name="job_given_up", condition=models.Q(given_up=True)),
        ]
