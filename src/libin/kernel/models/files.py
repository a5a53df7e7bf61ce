"""Files: who kept which bytes under which name; the bytes themselves lie in the installation's folder."""

from django.db import models

from libin.kernel.records import DataClass, Record


class StoredFile(Record):
    """One kept file. Rows with equal bytes share them; `sha256` finds and checks them."""

    data_class = DataClass.PERSONAL
    retention = "service-record"

    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120)
    kept_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="file_bytes")]
