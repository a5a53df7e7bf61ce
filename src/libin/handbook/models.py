"""Versions of the handbook, who has read them, and the occasions on which a rule was kept or broken."""

from django.db import models

from libin.handbook.rules import VersionState
from libin.kernel.records import DataClass, Record


class HandbookVersion(Record):
    """One version: the whole source as a map of file path to text.

    Once published nothing but the retirement of the version can change; a trigger of the database refuses
    everything else.
    """

    data_class = DataClass.GENERAL
    retention = "always"

    class State(models.TextChoices):
        DRAFT = VersionState.DRAFT.value
        REVIEW = VersionState.REVIEW.value
        APPROVED = VersionState.APPROVED.value
        PUBLISHED = VersionState.PUBLISHED.value
        RETIRED = VersionState.RETIRED.value

    number = models.PositiveIntegerField(null=True, blank=True, unique=True)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    files = models.JSONField()
    sha256 = models.CharField(max_length=64)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    effective_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=80, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.CharField(max_length=80, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=["published", "retired"])
                | models.Q(
                    number__isnull=False, effective_at__isnull=False, published_at__isnull=False
                ),
                name="published_version_is_complete",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-effective_at", "-number"],
                condition=models.Q(state="published"),
                name="handbook_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"handbook version {self.number or 'draft'}"


class AppliedVersion(Record):
    """Which version people's roles, departments and teams were last brought to; one row."""

    data_class = DataClass.GENERAL
    retention = "always"

    single = models.BooleanField(default=True, unique=True)
    version = models.ForeignKey(HandbookVersion, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(single=True), name="one_applied_version"),
        ]


class ReadReceipt(Record):
    """That a person has read a version and said so."""

    data_class = DataClass.PERSONAL
    retention = "employment"

    version = models.ForeignKey(HandbookVersion, models.PROTECT, related_name="receipts")
    staff = models.ForeignKey("people.Staff", models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "staff"], name="read_receipt_once"),
        ]


class Observation(Record):
    """One occasion on which a rule was kept or broken; a correction is a row of its own that reverses it.

    `standing` is true for the one row of an occasion that counts now. Plain values say who and for whom, as
    it was at that moment.
    """

    data_class = DataClass.PERSONAL
    retention = "service-record"

    rule_id = models.CharField(max_length=120)
    version = models.ForeignKey(HandbookVersion, models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    occasion = models.CharField(max_length=80)
    kept = models.BooleanField()
    standing = models.BooleanField(default=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversal"
    )
    person_id = models.BigIntegerField(null=True, blank=True)
    team = models.CharField(max_length=60, blank=True)
    tier = models.CharField(max_length=40, blank=True)
    service_class = models.CharField(max_length=40, blank=True)
    value = models.FloatField(null=True, blank=True)
    day = models.DateField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "rule_id", "occasion"],
                condition=models.Q(standing=True),
                name="observed_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["rule_id", "kept", "-at"],
                condition=models.Q(standing=True),
                name="observation_by_rule",
            ),
        ]


class RuleDay(Record):
    """How often a rule was kept and broken on one day, by team and tier.

    A key may have several rows, which are added up: a writer takes a row nobody else holds, or makes one, so
    that no transaction ever waits for another's counter.
    """

    data_class = DataClass.GENERAL
    retention = "always"

    rule_id = models.CharField(max_length=120)
    day = models.DateField()
    team = models.CharField(max_length=60, blank=True)
    tier = models.CharField(max_length=40, blank=True)
    service_class = models.CharField(max_length=40, blank=True)
    kept = models.IntegerField(default=0)
    broken = models.IntegerField(default=0)
    excepted = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["rule_id", "day", "team", "tier"], name="rule_day_key"),
        ]
