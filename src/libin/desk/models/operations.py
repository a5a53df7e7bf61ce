"""Operational data of the clocks: public holidays and make-up working days."""

from django.db import models

from libin.kernel.records import DataClass, Record


class Holiday(Record):
    """A day on which calendars that observe holidays are closed, or work instead (`working`)."""

    data_class = DataClass.GENERAL
    retention = "always"

    on = models.DateField(primary_key=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    working = models.BooleanField(default=False)
