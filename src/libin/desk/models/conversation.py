"""What was said in a case, what is being written, and who is looking."""

from django.db import models

from libin.desk.models.case import Case, new_key
from libin.kernel.models import OutgoingMail, StoredFile
from libin.kernel.records import DataClass, Record
from libin.kernel.search import TsVectorField, lexeme_index
from libin.people.models import Staff


class Message(Record):
    """One thing said: by the customer, by us to her, or among ourselves (`internal`).

    `html` is already sanitised; `folded` holds the quoted rest of a reply, kept but not shown first.
    """

    data_class = DataClass.PERSONAL
    retention = "service-record"

    class Author(models.TextChoices):
        CUSTOMER = "customer"
        STAFF = "staff"
        AUTOMATIC = "automatic"

    case = models.ForeignKey(Case, models.CASCADE, related_name="messages")
    author = models.CharField(max_length=10, choices=Author.choices)
    staff = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=40)
    internal = models.BooleanField(default=False)
    verified = models.BooleanField(default=True)
    sender_note = models.CharField(max_length=320, blank=True)
    text = models.TextField()
    folded = models.TextField(blank=True)
    html = models.TextField(blank=True)
    at = models.DateTimeField()
    mail = models.ForeignKey(OutgoingMail, models.SET_NULL, null=True, related_name="+")
    mail_message_id = models.CharField(max_length=250, blank=True)
    send_after = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    template = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["case", "at", "id"], name="message_case"),
            models.Index(
                fields=["mail_message_id"],
                condition=~models.Q(mail_message_id=""),
                name="message_mail_id",
            ),
        ]


class Attachment(Record):
    """A file that came or went with a message; `key` is its unguessable name."""

    data_class = DataClass.PERSONAL
    retention = "service-record"

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    key = models.CharField(max_length=32, unique=True, default=new_key)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    content_id = models.CharField(max_length=250, blank=True)


class Draft(Record):
    """What a person has written but not sent: one reply and one note for each case and person."""

    data_class = DataClass.PERSONAL
    retention = "operational"

    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="+")
    internal = models.BooleanField(default=False)
    text = models.TextField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "staff", "internal"], name="draft_once"),
        ]


class Watching(Record):
    """Who has a case open right now, and whether she is writing."""

    data_class = DataClass.GENERAL
    retention = "operational"

    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    staff = models.ForeignKey(Staff, models.CASCADE, related_name="+")
    replying = models.BooleanField(default=False)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "staff"], name="watching_once")]


class CaseDocument(Record):
    """The words of a case as the search finds them: normalised text and its lexemes."""

    data_class = DataClass.PERSONAL
    retention = "service-record"

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="+")
    body = models.TextField()
    lexemes = TsVectorField()

    class Meta:
        indexes = [lexeme_index("case_lexemes")]
