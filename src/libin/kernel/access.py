"""Who acts, and the answers that policies give."""

from dataclasses import dataclass, field
from enum import StrEnum

from libin.kernel.errors import NotPermitted


class ActorKind(StrEnum):
    """The kinds of being that can change something."""

    STAFF = "staff"
    CUSTOMER = "customer"
    AUTOMATION = "automation"
    INTEGRATION = "integration"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts; what it may do travels with it."""

    kind: ActorKind
    id: int | None = None
    permissions: frozenset[str] = field(default_factory=frozenset)
    name: str = ""
    teams: frozenset[int] = field(default_factory=frozenset)

    @property
    def ref(self) -> str:
        """A stable word for facts and audit, without personal data: "staff:7", "automation:routing"."""
        return f"{self.kind}:{self.id if self.id is not None else self.name}"

    @property
    def is_staff(self) -> bool:
        return self.kind is ActorKind.STAFF

    @property
    def is_customer(self) -> bool:
        return self.kind is ActorKind.CUSTOMER

    @property
    def staff_id(self) -> int | None:
        """The staff number when a person of ours acts, else nothing."""
        return self.id if self.kind is ActorKind.STAFF else None

    @property
    def person(self) -> int:
        """The acting member of staff's number; 0, which nobody has, when it is not one."""
        return self.staff_id or 0

    @property
    def customer(self) -> int:
        """The acting customer's number; 0, which nobody has, when it is not one."""
        return (self.id or 0) if self.is_customer else 0

    def holds(self, permission: str) -> bool:
        """Whether this actor may; the house itself may everything."""
        return permission in self.permissions or self.kind in _TRUSTED


_TRUSTED = frozenset({ActorKind.SYSTEM, ActorKind.AUTOMATION})

SYSTEM = Actor(kind=ActorKind.SYSTEM, name="libin")
ANONYMOUS = Actor(kind=ActorKind.CUSTOMER, name="anonymous")


def automation(name: str) -> Actor:
    """The actor of one automatic rule or reaction."""
    return Actor(kind=ActorKind.AUTOMATION, name=name)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a policy says: yes, or no with a translated sentence."""

    yes: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.yes


YES = Answer(yes=True)


def no(reason: str) -> Answer:
    """A refusal in words a person can act on."""
    return Answer(yes=False, reason=str(reason))


def require(answer: Answer) -> None:
    """Raise `NotPermitted` with the policy's words unless it said yes."""
    if not answer:
        raise NotPermitted(reason=answer.reason)
