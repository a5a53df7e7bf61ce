"""What a person can: skills with a level, and certificates held."""

from django.db import models

from libin.kernel.records import DataClass, Record
from libin.people.models.staff import Staff


class SkillHeld(Record):
    """A skill by its handbook code; `level` counts from 1, higher is better."""

    data_class = DataClass.GENERAL
    retention = "employment"

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="skills")
    code = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["staff", "code"], name="skill_held_once"),
            models.CheckConstraint(condition=models.Q(level__gte=1), name="skill_level_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.code}:{self.level}"


class Certificate(Record):
    """A certificate held; it counts up to and including the day it expires."""

    data_class = DataClass.PERSONAL
    retention = "employment"

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="certificates")
    code = models.CharField(max_length=60)
    held_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code", "-held_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "code", "held_on"], name="certificate_once_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(expires_on__isnull=True)
                | models.Q(expires_on__gte=models.F("held_on")),
                name="certificate_expires_after_held",
            ),
        ]

    def __str__(self) -> str:
        return self.code
