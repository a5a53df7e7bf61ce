"""Tables of the kernel."""

from libin.kernel.models.audit import AuditEntry
from libin.kernel.models.facts import Delivery, FactRecord
from libin.kernel.models.mail import OutgoingMail
from libin.kernel.models.running import Heartbeat

__all__ = ["AuditEntry", "Delivery", "FactRecord", "Heartbeat", "OutgoingMail"]
