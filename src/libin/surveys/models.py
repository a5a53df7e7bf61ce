"""Tables of surveys."""

from django.db import models

from libin.kernel.records import DataClass, Record


class SurveyInvitation(Record):
    """One customer asked about one case. `survey` is a code of the handbook version in `handbook`.

    The link's token is kept as a hash. Kind, tier, class, team and person are as they were when she was
    asked, so that figures do not change afterwards.
    """

    data_class = DataClass.PERSONAL
    retention = "service-record"

    case = models.ForeignKey("desk.Case", models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    handbook = models.ForeignKey("handbook.HandbookVersion", models.PROTECT, related_name="+")
    survey = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    tier = models.CharField(max_length=40)
    service_class = models.CharField(max_length=40)
    team = models.CharField(max_length=60, blank=True)
    person = models.ForeignKey("people.Staff", models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=12)
    token_hash = models.BinaryField(max_length=32, unique=True)
    mail = models.ForeignKey("kernel.OutgoingMail", models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField()
    leaves_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "survey"],
                condition=models.Q(withdrawn_at=None),
                name="survey_once_per_case",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-invited_at"], name="survey_customer"),
            models.Index(fields=["-leaves_at"], name="survey_left"),
        ]


class SurveyAnswer(Record):
    """The one answer to an invitation; never changed."""

    data_class = DataClass.PERSONAL
    retention = "service-record"

    invitation = models.OneToOneField(SurveyInvitation, models.PROTECT, related_name="answer")
    score = models.SmallIntegerField()
    band = models.CharField(max_length=40)
    low = models.BooleanField()
    satisfied = models.BooleanField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-at"], name="survey_answered")]


class FollowUp(Record):
    """What a low score sets in motion: somebody speaks with the customer, by `due_at`."""

    data_class = DataClass.PERSONAL
    retention = "service-record"

    answer = models.OneToOneField(SurveyAnswer, models.PROTECT, related_name="follow_up")
    rule = models.CharField(max_length=120)
    owner = models.ForeignKey("people.Staff", models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    overdue_noted_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=80, blank=True)
    result = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(done_at=None), name="follow_up_open"
            ),
        ]
