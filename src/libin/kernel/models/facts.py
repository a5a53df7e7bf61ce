"""Facts written down, and to whom each is still owed."""

from django.db import models

from libin.kernel.records import DataClass, Record


class FactRecord(Record):
    """One thing that happened, written in the transaction that made it true; partitioned by month."""

    data_class = DataClass.GENERAL
    retention = "service-record"

    pk = models.CompositePrimaryKey("at", "id")
    id = models.BigIntegerField()
    at = models.DateTimeField()
    name = models.CharField(max_length=80)
    by = models.CharField(max_length=80)
    body = models.JSONField()

    class Meta:
        managed = False  # Django cannot declare partitions; the first migration does, in SQL.
        db_table = "kernel_fact"


class Delivery(Record):
    """One fact owed to one reaction: deleted when heard, kept with its problem when it fails."""

    data_class = DataClass.GENERAL
    retention = "operational"

    fact_id = models.BigIntegerField()
    fact_at = models.DateTimeField()
    reaction = models.CharField(max_length=120)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    problem = models.TextField(blank=True, default="")
    given_up = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fact_id", "reaction"], name="delivery_once_per_reaction"),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="delivery_due", condition=models.Q(given_up=False)),
        ]
