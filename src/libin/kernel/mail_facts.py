"""What mail out can state."""

from dataclasses import dataclass

from libin.kernel.facts import Fact, fact


@fact("kernel.mail_failed")
@dataclass(frozen=True, kw_only=True)
class MailFailed(Fact):
    """A mail was refused for good, or could not be handed over at its last attempt."""

    mail_id: int
