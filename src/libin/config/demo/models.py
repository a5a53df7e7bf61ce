"""What the demo's customers have received."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from libin.kernel.records import DataClass, Record


class ReceivedMail(Record):
    """A mail that reached the demo's customers, as it came over the wire."""

    data_class = DataClass.GENERAL
    retention = "operational"

    recipients = ArrayField(models.CharField(max_length=320))
    raw = models.BinaryField()
    at = models.DateTimeField()
    read = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["-id"], name="demo_mail_latest")]
