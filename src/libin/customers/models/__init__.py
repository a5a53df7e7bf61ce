"""Tables of customers."""

from libin.customers.models.customer import ContactPoint, Customer, TierChange
from libin.customers.models.door import DoorCount, PortalProof, PortalSession, PostedForm

__all__ = [
    "ContactPoint",
    "Customer",
    "DoorCount",
    "PortalProof",
    "PortalSession",
    "PostedForm",
    "TierChange",
]
