"""The audit trail: who did what, chained so that tampering shows."""

from django.db import models

from libin.kernel.records import DataClass, Record


class AuditEntry(Record):
    """One audited act. Rows are inserted once; the sealer adds the chain's hashes."""

    data_class = DataClass.GENERAL
    retention = "audit"

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    act = models.CharField(max_length=80)
    subject = models.CharField(max_length=80, blank=True)
    details = models.JSONField(default=dict)
    origin = models.CharField(max_length=64, blank=True)
    seal_no = models.BigIntegerField(null=True, unique=True)
    seal = models.BinaryField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="audit_subject"),
            models.Index(fields=["actor", "id"], name="audit_actor"),
            models.Index(fields=["id"], name="audit_unsealed", condition=models.Q(seal_no=None)),
        ]
