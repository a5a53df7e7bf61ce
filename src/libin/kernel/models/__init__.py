"""Tables of the kernel."""

from libin.kernel.models.audit import AuditEntry
from libin.kernel.models.facts import FactRecord, Job
from libin.kernel.models.files import StoredFile
from libin.kernel.models.mail import OutgoingMail
from libin.kernel.models.running import Heartbeat

__all__ = ["AuditEntry", "FactRecord", "Heartbeat", "Job", "OutgoingMail", "StoredFile"]
