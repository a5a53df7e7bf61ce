"""Mail that came in: its raw bytes for ever as they were, and what became of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from libin.channels.models.mailbox import Mailbox
from libin.desk.models import Case
from libin.kernel.records import DataClass, Record


class InboundMail(Record):
    """One mail as a server gave it to us, committed before that server hears that we have it.

    It ends in exactly one state other than `received`. `problem` and `why` are codes, never words of the mail.
    """

    data_class = DataClass.PERSONAL
    retention = "service-record"

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        CASE_OPENED = "case_opened", _("Case opened")
        APPENDED = "appended", _("Added to a case")
        QUARANTINED = "quarantined", _("Quarantined")
        DUPLICATE = "duplicate", _("Duplicate")
        AUTOMATIC = "automatic", _("Automatic mail")

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="mails")
    uid_validity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    sha256 = models.BinaryField(max_length=32)
    raw = models.BinaryField()
    size = models.PositiveBigIntegerField()
    envelope_to = ArrayField(models.CharField(max_length=320), default=list)
    received_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    problem = models.CharField(max_length=60, blank=True)
    why = models.CharField(max_length=60, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sender = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=400, blank=True)
    digest = models.BinaryField(max_length=32, null=True)
    answerable = models.BooleanField(default=False)
    verified = models.BooleanField(default=False)
    case = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "uid_validity", "uid"],
                condition=models.Q(uid__isnull=False),
                name="inbound_once_per_uid",
            ),
        ]
        indexes = [
            models.Index(fields=["mailbox", "sha256"], name="inbound_bytes"),
            models.Index(
                fields=["-id"],
                name="inbound_to_look_at",
                condition=models.Q(state__in=["quarantined", "automatic", "received"]),
            ),
            models.Index(fields=["case", "-id"], name="inbound_case"),
            models.Index(
                fields=["mailbox", "uid"], name="inbound_unfiled", condition=models.Q(filed_at=None)
            ),
        ]


class MessageIndex(Record):
    """Message-IDs we know, hashed, with the case they belong to; `ours` were made by us and told to few."""

    data_class = DataClass.GENERAL
    retention = "service-record"

    channel = models.CharField(max_length=40)
    id_hash = models.BinaryField(max_length=32)
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="+")
    ours = models.BooleanField(default=False)
    inbound = models.ForeignKey(InboundMail, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "id_hash"], name="message_id_once_per_channel"
            ),
        ]
