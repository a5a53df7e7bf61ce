"""What the customers' room can state."""

from dataclasses import dataclass

from libin.kernel.facts import Fact, fact


@fact("customers.customer_added")
@dataclass(frozen=True, kw_only=True)
class CustomerAdded(Fact):
    """A customer became known; `source` is a channel's code or "staff"."""

    customer_id: int
    source: str


@fact("customers.customer_changed")
@dataclass(frozen=True, kw_only=True)
class CustomerChanged(Fact):
    """What is known of a customer changed; `fields` are names of columns."""

    customer_id: int
    fields: list[str]


@fact("customers.tier_changed")
@dataclass(frozen=True, kw_only=True)
class TierChanged(Fact):
    """A customer has another tier; `before` and `after` are codes of the handbook."""

    customer_id: int
    before: str
    after: str


@fact("customers.manager_assigned")
@dataclass(frozen=True, kw_only=True)
class ManagerAssigned(Fact):
    """A customer has another account manager or backup; None says nobody."""

    customer_id: int
    manager_id: int | None
    backup_id: int | None


@fact("customers.proof_asked")
@dataclass(frozen=True, kw_only=True)
class ProofAsked(Fact):
    """Somebody asked the portal for a link to an address, known or not."""

    proof_id: int


@fact("customers.contact_proved")
@dataclass(frozen=True, kw_only=True)
class ContactProved(Fact):
    """A customer showed that a contact point is hers."""

    customer_id: int
    contact_point_id: int
