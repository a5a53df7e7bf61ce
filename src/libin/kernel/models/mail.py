"""Mail that leaves the house: an outbox with the other side's answer."""

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models

from libin.kernel.records import DataClass, Record


def new_key() -> str:
    """A random name for a row that must not be guessed; 128 bits."""
    return secrets.token_urlsafe(16)


class OutgoingMail(Record):
    """One mail to send. Message-ID is fixed when written, so a second try can be told apart."""

    data_class = DataClass.PERSONAL
    retention = "service-record"

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        CANCELLED = "cancelled"

    subject_ref = models.CharField(max_length=80, blank=True)
    sender = models.CharField(max_length=320)
    recipients = ArrayField(models.CharField(max_length=320))
    subject = models.CharField(max_length=998)
    message_id = models.CharField(max_length=250, unique=True)
    headers = models.JSONField(default=dict)
    text = models.TextField()
    html = models.TextField(blank=True)
    attachments = models.JSONField(default=list)
    automatic = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["send_after"], name="mail_due", condition=models.Q(state="queued")
            ),
            models.Index(fields=["subject_ref"], name="mail_subject_ref"),
            models.Index(fields=["-id"], name="mail_failed", condition=models.Q(state="failed")),
        ]
