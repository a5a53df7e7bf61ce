"""The case, who held it, and the steps of its process."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from libin.customers.models import Customer
from libin.handbook.models import HandbookVersion
from libin.kernel.records import DataClass, Record
from libin.people.models import Staff, Team


def new_key() -> str:
    """The case's unguessable name in addresses of mail and portal; 128 bits."""
    return secrets.token_hex(16)


class Case(Record):
    """One matter of one customer.

    Kind, severity, tier, lane and channel are codes of the handbook version it was opened under.
    `asked` is the person an escalated case was offered to; the owner stays until somebody takes it.
    `risk_at` is the due instant of its most pressing running promise: the queue is ordered by it.
    """

    data_class = DataClass.PERSONAL
    retention = "service-record"

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        WAITING = "waiting", _("Waiting")
        RESOLVED = "resolved", _("Resolved")
        CLOSED = "closed", _("Closed")

    key = models.CharField(max_length=32, unique=True, default=new_key)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    handbook = models.ForeignKey(HandbookVersion, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    topic = models.CharField(max_length=40, blank=True)
    severity = models.CharField(max_length=40)
    tier = models.CharField(max_length=40)
    service_class = models.CharField(max_length=40)
    lane = models.CharField(max_length=40)
    channel = models.CharField(max_length=40)
    language = models.CharField(max_length=12, default="zh-hans")
    subject = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    process = models.CharField(max_length=40)
    owner = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    asked = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, related_name="+")
    why_owner = models.JSONField(default=dict)
    escalation = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    first_replied_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    assigned_at = models.DateTimeField(null=True)
    risk_at = models.DateTimeField(null=True)
    ever_paused = models.BooleanField(default=False)
    unread = models.BooleanField(default=True)
    messages_count = models.PositiveIntegerField(default=0)
    last_words = models.CharField(max_length=160, blank=True)
    last_by_customer = models.BooleanField(default=True)
    self_assessment = models.JSONField(default=dict)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                models.F("risk_at").asc(nulls_last=True),
                "id",
                name="case_queue",
                condition=models.Q(state__in=["open", "waiting"]),
            ),
            models.Index(
                "owner",
                models.F("risk_at").asc(nulls_last=True),
                "id",
                name="case_owner",
                condition=models.Q(state__in=["open", "waiting"]),
            ),
            models.Index(
                fields=["-closed_at", "-id"],
                name="case_done",
                condition=models.Q(state="closed"),
            ),
            models.Index(
                fields=["asked"], name="case_asked", condition=models.Q(asked__isnull=False)
            ),
            models.Index(fields=["state", "-changed_at"], name="case_state"),
            models.Index(fields=["customer", "-opened_at"], name="case_customer"),
            models.Index(fields=["-opened_at"], name="case_opened"),
        ]

    def __str__(self) -> str:
        return f"case {self.pk}"

    @property
    def number(self) -> str:
        """What people call the case: its id, at least six digits."""
        return f"{self.pk:06d}"

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    @property
    def is_done(self) -> bool:
        """Whether nothing more is expected of us for now."""
        return self.state in (self.State.RESOLVED, self.State.CLOSED)


class Assignment(Record):
    """One stretch of responsibility for a case; the open one has no end."""

    data_class = DataClass.GENERAL
    retention = "service-record"

    case = models.ForeignKey(Case, models.CASCADE, related_name="assignments")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    how = models.CharField(max_length=20)
    why = models.JSONField(default=dict)
    brief = models.TextField(blank=True)
    by = models.CharField(max_length=80)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(until_at=None), name="case_one_owner"
            ),
        ]
        indexes = [
            models.Index(
                fields=["staff"], condition=models.Q(until_at=None), name="assignment_now"
            ),
        ]


class StepRun(Record):
    """One step of a case's process, from when it became due to when it was done."""

    data_class = DataClass.GENERAL
    retention = "service-record"

    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    step = models.CharField(max_length=40)
    rule = models.CharField(max_length=120)
    round = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=80, blank=True)
    chosen = models.CharField(max_length=40, blank=True)
    result = models.TextField(blank=True)
    skipped = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "step", "round"], name="step_once_a_round"),
        ]
        indexes = [
            models.Index(fields=["case"], condition=models.Q(done_at=None), name="step_open"),
        ]
