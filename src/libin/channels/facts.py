"""What the channels can state."""

from dataclasses import dataclass

from libin.kernel.facts import Fact, fact


@fact("channels.mail_settled")
@dataclass(frozen=True, kw_only=True)
class MailSettled(Fact):
    """A mail that came in was given its place; `state` is one of the states of InboundMail."""

    inbound_id: int
    state: str
    case_id: int | None = None


@fact("channels.mail_quarantined")
@dataclass(frozen=True, kw_only=True)
class MailQuarantined(Fact):
    """A mail could not be read or placed, and waits for a person."""

    inbound_id: int
    problem: str

    def topics(self) -> tuple[str, ...]:
        return ("channels",)


@fact("channels.mailbox_failed")
@dataclass(frozen=True, kw_only=True)
class MailboxFailed(Fact):
    """A mailbox could no longer be read."""

    mailbox_id: int
    problem: str

    def topics(self) -> tuple[str, ...]:
        return ("channels",)


@fact("channels.mailbox_recovered")
@dataclass(frozen=True, kw_only=True)
class MailboxRecovered(Fact):
    """A mailbox can be read again."""

    mailbox_id: int

    def topics(self) -> tuple[str, ...]:
        return ("channels",)


@fact("channels.delivery_failed")
@dataclass(frozen=True, kw_only=True)
class DeliveryFailed(Fact):
    """A mail of ours did not reach its reader."""

    mail_id: int
    case_id: int | None = None

    def topics(self) -> tuple[str, ...]:
        return ("channels", *((f"case:{self.case_id}",) if self.case_id else ()))
