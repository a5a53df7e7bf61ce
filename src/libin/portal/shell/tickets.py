"""The ticket inside a public form: when it was shown, and a key by which posting twice is told."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing

_SALT = "libin.portal.form"
SOONEST = timedelta(seconds=2)
LATEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a form says about itself."""

    key: str
    shown_at: float

    def too_fast(self, at: datetime) -> bool:
        """Whether it came back sooner than a person can fill it in."""
        return at.timestamp() - self.shown_at < SOONEST.total_seconds()


def new_ticket(at: datetime) -> str:
    """A signed ticket for a form that is shown now; its key has 128 bits."""
    said = {"key": secrets.token_urlsafe(16), "at": at.timestamp()}
    return signing.dumps(said, salt=_SALT)


def read_ticket(text: str, *, at: datetime) -> Ticket | None:
    """The ticket of a posted form; None for a forged one, or one older than a day."""
    try:
        said = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return None
    ticket = Ticket(said["key"], said["at"])
    age = at.timestamp() - ticket.shown_at
    return ticket if age <= LATEST.total_seconds() else None
