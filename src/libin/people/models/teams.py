"""Departments and teams, and who belongs to them."""

from django.db import models

from libin.kernel.records import DataClass, Record
from libin.people.models.staff import Staff


class Department(Record):
    """A department of the organisation, as the handbook in force defines it."""

    data_class = DataClass.GENERAL
    retention = "always"

    code = models.CharField(max_length=60, unique=True)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    def title_in(self, language: str) -> str:
        """The title in a language of the house."""
        return self.title_en if language.startswith("en") else self.title_zh


class Team(Record):
    """A team of staff that takes cases together."""

    data_class = DataClass.GENERAL
    retention = "always"

    code = models.CharField(max_length=60, unique=True)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="teams", null=True, blank=True
    )
    retired_at = models.DateTimeField(null=True, blank=True)
    members = models.ManyToManyField(Staff, through="Membership", related_name="teams")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    def title_in(self, language: str) -> str:
        """The title in a language of the house."""
        return self.title_en if language.startswith("en") else self.title_zh


class Membership(Record):
    """A person in a team; `leads` marks whoever answers for it."""

    data_class = DataClass.GENERAL
    retention = "employment"

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    leads = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "team"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} in {self.team_id}"
