"""Every read about customers; the viewer comes first."""

from libin.customers.queries.door import Visitor, hashed, link_opens, visitor
from libin.customers.queries.finding import contact_point, email_to_write, found, visible
from libin.customers.queries.page import (
    ContactShown,
    CustomerPage,
    CustomerPanel,
    NoSuchCustomer,
    Person,
    TierChangeShown,
    customer_of_contact,
    customer_page,
    panel,
    panel_of,
    visible_customer,
)

__all__ = [
    "ContactShown",
    "CustomerPage",
    "CustomerPanel",
    "NoSuchCustomer",
    "Person",
    "TierChangeShown",
    "Visitor",
    "contact_point",
    "customer_of_contact",
    "customer_page",
    "email_to_write",
    "found",
    "hashed",
    "link_opens",
    "panel",
    "panel_of",
    "visible",
    "visible_customer",
    "visitor",
]
