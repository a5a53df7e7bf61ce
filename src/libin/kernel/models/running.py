"""Signs of life of the running processes."""

from django.db import models

from libin.kernel.records import DataClass, Record


class Heartbeat(Record):
    """When a part of the installation was last seen alive."""

    data_class = DataClass.GENERAL
    retention = "operational"

    part = models.CharField(max_length=40, primary_key=True)
    seen_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
