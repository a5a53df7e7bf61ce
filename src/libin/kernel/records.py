"""What every table says of itself: how delicate its data are and how long they are kept."""

from enum import StrEnum
from typing import ClassVar

from django.db import models


class DataClass(StrEnum):
    """Classes of data after GB/T 43697; masking, export and retention derive from them."""

    GENERAL = "general"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"
    SECRET = "secret"


class Record(models.Model):
    """Base of all tables. `retention` names a period of the handbook."""

    data_class: ClassVar[DataClass]
    retention: ClassVar[str]

    class Meta:
        abstract = True
