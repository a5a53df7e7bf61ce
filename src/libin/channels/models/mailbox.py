"""The addresses we are reached at, and how their mail is fetched."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from libin.kernel.records import DataClass, Record


class Mailbox(Record):
    """One of our addresses. Mail is fetched by IMAP, or handed to our own SMTP listener.

    `uid_validity` and `last_uid` tell how far an IMAP folder has been read; `next_fetch_at` when it is looked at next.
    `authserv_id` names the server whose Authentication-Results we believe; empty means none.
    """

    data_class = DataClass.SECRET
    retention = "always"

    class Way(models.TextChoices):
        IMAP = "imap", _("Fetch by IMAP")
        LISTENER = "listener", _("Receive by SMTP")

    class Security(models.TextChoices):
        TLS = "tls", _("TLS")
        STARTTLS = "starttls", _("STARTTLS")
        PLAIN = "plain", _("None (this machine only)")

    class AfterFetch(models.TextChoices):
        SEEN = "seen", _("Mark as read")
        MOVE = "move", _("Move to a folder")

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=254, unique=True)
    channel = models.CharField(max_length=40, default="email")
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.IMAP)
    host = models.CharField(max_length=253, blank=True)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=10, choices=Security.choices, default=Security.TLS)
    username = models.CharField(max_length=254, blank=True)
    password_sealed = models.BinaryField(null=True, blank=True)
    folder = models.CharField(max_length=200, default="INBOX")
    after_fetch = models.CharField(
        max_length=6, choices=AfterFetch.choices, default=AfterFetch.SEEN
    )
    move_to = models.CharField(max_length=200, blank=True)
    authserv_id = models.CharField(max_length=253, blank=True)
    tagged_replies = models.BooleanField(default=True)
    active = models.BooleanField(default=True)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    next_fetch_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True)
    failing_since = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_fetch_at"],
                name="mailbox_due",
                condition=models.Q(active=True, way="imap"),
            ),
        ]

    def __str__(self) -> str:
        return f"mailbox {self.pk}"

    @property
    def aad(self) -> str:
        """What the sealed password is bound to."""
        return f"channels.mailbox.password:{self.reference}"
