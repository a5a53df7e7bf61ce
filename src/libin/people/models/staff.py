"""Staff, who are the users that sign in, and the roles that say what they may."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from libin.kernel.records import DataClass, Record


class Role(Record):
    """A bundle of permissions with a name, as the handbook in force defines it."""

    data_class = DataClass.GENERAL
    retention = "always"

    code = models.CharField(max_length=60, unique=True)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    permissions = ArrayField(models.CharField(max_length=80), default=list)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    def title_in(self, language: str) -> str:
        """The title in a language of the house."""
        return self.title_en if language.startswith("en") else self.title_zh


class StaffDirectory(BaseUserManager["Staff"]):
    """Finds staff; an address is the same in capitals and in small letters."""

    def get_by_natural_key(self, username: str | None) -> "Staff":
        return self.get(email__iexact=username or "")


class Staff(AbstractBaseUser, Record):
    """One person who works here.

    `joined_at` is empty until the invitation is accepted; `left_at` is set while deactivated.
    `capacity` is the number of open cases routing may give at once; empty: what her level says.
    """

    data_class = DataClass.PERSONAL
    retention = "employment"

    class Theme(models.TextChoices):
        AUTO = "auto"
        LIGHT = "light"
        DARK = "dark"

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    pinyin = models.CharField(max_length=240, blank=True)
    language = models.CharField(max_length=12, default="zh-hans")
    time_zone = models.CharField(max_length=60, default="Asia/Shanghai")
    theme = models.CharField(max_length=8, choices=Theme.choices, default=Theme.AUTO)
    is_active = models.BooleanField(default=False)
    level = models.CharField(max_length=60, blank=True)
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)
    languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    roles = models.ManyToManyField(Role, related_name="staff", blank=True)

    objects: ClassVar[StaffDirectory] = StaffDirectory()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["pinyin", "id"]
        constraints = [models.UniqueConstraint(Lower("email"), name="staff_email_once")]
        indexes = [models.Index(fields=["pinyin", "id"], name="staff_by_name")]

    def __str__(self) -> str:
        return f"staff:{self.pk}"
