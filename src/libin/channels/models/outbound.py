"""What we keep of letters: automatic answers given, and mail that did not arrive."""

from django.db import models

from libin.channels.models.inbound import InboundMail
from libin.desk.models import Case
from libin.kernel.models import OutgoingMail
from libin.kernel.records import DataClass, Record


class AutoReply(Record):
    """One automatic answer, or why none was given: at most one per case, and one per address and day.

    `address_hash` is a keyed hash; `withheld` a code, empty when the answer was sent.
    """

    data_class = DataClass.PERSONAL
    retention = "operational"

    case = models.OneToOneField(Case, models.CASCADE, related_name="+")
    address_hash = models.BinaryField(max_length=32)
    withheld = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["address_hash", "-at"],
                name="auto_reply_address",
                condition=models.Q(withheld=""),
            ),
        ]


class Undelivered(Record):
    """A report that a mail of ours did not reach somebody, until a person has seen to it."""

    data_class = DataClass.PERSONAL
    retention = "service-record"

    mail = models.ForeignKey(OutgoingMail, models.CASCADE, related_name="+")
    inbound = models.ForeignKey(InboundMail, models.SET_NULL, null=True, related_name="+")
    recipient = models.CharField(max_length=320, blank=True)
    status = models.CharField(max_length=20, blank=True)
    diagnostic = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mail", "recipient"], name="undelivered_once_per_recipient"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-at"], name="undelivered_unseen", condition=models.Q(seen_at=None)
            ),
        ]
