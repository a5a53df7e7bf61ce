"""What the demo's customers have received."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from libin.kernel.records import DataClass, Record


class ReceivedMail(Record):
    """A mail that reached the demo's customers, as it came over the wire."""

    data_class = DataClass.GENERAL
    retention = "operational"

    # The type checker sees no demo: it must be told of the manager that Django adds.
    objects: ClassVar[models.Manager["ReceivedMail"]] = models.Manager()

    recipients = ArrayField(models.CharField(max_length=320))
    raw = models.BinaryField()
    at = models.DateTimeField()
    read = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["-id"], name="demo_mail_latest")]
