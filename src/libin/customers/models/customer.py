"""Who we serve, how they are reached, and how their tier came about."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from libin.kernel.records import DataClass, Record
from libin.kernel.search import TsVectorField, lexeme_index


class Customer(Record):
    """One person or organisation we serve. `tier` is a code of the handbook.

    `pinyin`, `initials`, `name_plain` and `name_lexemes` are the name as it is sorted and found.
    """

    data_class = DataClass.PERSONAL
    retention = "customer"

    class Kind(models.TextChoices):
        PERSON = "person", pgettext_lazy("kind of customer", "Person")
        ORGANISATION = "organisation", pgettext_lazy("kind of customer", "Organisation")

    class Lifecycle(models.TextChoices):
        POTENTIAL = "potential", pgettext_lazy("customer stage", "Potential")
        NEW = "new", pgettext_lazy("customer stage", "New")
        ACTIVE = "active", pgettext_lazy("customer stage", "Active")
        CHURNED = "churned", pgettext_lazy("customer stage", "Churned")
        RETURNING = "returning", pgettext_lazy("customer stage", "Returning")

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(max_length=200)
    pinyin = models.CharField(max_length=600, blank=True)
    initials = models.CharField(max_length=200, blank=True)
    name_plain = models.CharField(max_length=800, blank=True)
    name_lexemes = TsVectorField(default=list)
    tier = models.CharField(max_length=40)
    tier_since = models.DateTimeField()
    form_of_address = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=12, blank=True)
    birthday = models.DateField(null=True, blank=True)
    preferences = models.JSONField(default=dict, blank=True)
    culture_notes = models.TextField(blank=True)
    accessibility_notes = models.TextField(blank=True)
    lifecycle = models.CharField(max_length=12, choices=Lifecycle.choices, default=Lifecycle.NEW)
    custom = models.JSONField(default=dict, blank=True)
    account_manager = models.ForeignKey(
        "people.Staff", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    backup_manager = models.ForeignKey(
        "people.Staff", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    source = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["pinyin", "id"], name="customer_order"),
            models.Index(
                fields=["initials"], opclasses=["varchar_pattern_ops"], name="customer_initials"
            ),
            models.Index(
                fields=["pinyin"], opclasses=["varchar_pattern_ops"], name="customer_pinyin"
            ),
            models.Index(fields=["tier", "id"], name="customer_tier"),
            lexeme_index("customer_name_words", "name_lexemes"),
        ]

    def __str__(self) -> str:
        return f"customer {self.pk}"


class ContactPoint(Record):
    """One way to reach a customer; `proved_at` tells that she showed it is hers.

    E-mail addresses are plain and lower-case, because mail is matched by them. Phones and postal
    addresses are sealed; `blind` finds them again and `last_four` lets a person recognise them.
    """

    data_class = DataClass.SENSITIVE
    retention = "customer"

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        POSTAL = "postal", _("Postal address")

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    email = models.CharField(max_length=320, blank=True)
    sealed = models.BinaryField(null=True, blank=True)
    blind = models.BinaryField(null=True, blank=True)
    last_four = models.CharField(max_length=4, blank=True)
    proved_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=models.Q(kind="email"), name="contact_email_once"
            ),
            models.UniqueConstraint(
                fields=["customer", "kind", "blind"],
                condition=~models.Q(kind="email"),
                name="contact_sealed_once_per_customer",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="email", sealed=None, blind=None) & ~models.Q(email="")
                | ~models.Q(kind="email")
                & models.Q(email="", sealed__isnull=False, blind__isnull=False),
                name="contact_value_fits_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["blind"], condition=~models.Q(kind="email"), name="contact_blind"),
        ]

    @property
    def aad(self) -> str:
        """What the seal is bound to, so that a sealed value moved to another row cannot be opened."""
        return f"customers.contactpoint.sealed:{self.reference}"


class TierChange(Record):
    """One change of a customer's tier, with its reason and the person who approved it."""

    data_class = DataClass.PERSONAL
    retention = "customer"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="tier_changes")
    before = models.CharField(max_length=40)
    after = models.CharField(max_length=40)
    reason = models.TextField()
    approved_by = models.ForeignKey("people.Staff", models.SET_NULL, null=True, related_name="+")
    changed_by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["customer", "-at"], name="tier_change_history")]
