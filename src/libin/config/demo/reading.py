"""How a mail of the demo's customers is shown."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy

from libin.config.demo.models import ReceivedMail

_LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `link` when it is an address to open."""

    text: str
    link: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A received mail in readable form. `message_id` and `references` let the customer answer in the thread."""

    id: int
    at: datetime
    sender: str
    reply_to: str
    subject: str
    message_id: str
    references: str
    pieces: tuple[Piece, ...]
    read: bool


def opened(received: ReceivedMail) -> Letter:
    """The mail, parsed; it is our own, so it is well formed."""
    message = message_from_bytes(bytes(received.raw), policy=policy.default)
    body = message.get_body(("plain",))
    sender = str(message["From"] or "")
    return Letter(
        id=received.pk,
        at=received.at,
        sender=sender,
        reply_to=str(message["Reply-To"] or sender),
        subject=str(message["Subject"] or ""),
        message_id=str(message["Message-ID"] or "").strip(),
        references=f"{message['References'] or ''} {message['Message-ID'] or ''}".strip(),
        pieces=tuple(_pieces(body.get_content() if body else "")),
        read=received.read,
    )


def _pieces(text: str) -> list[Piece]:
    pieces, at = [], 0
    for match in _LINK.finditer(text):
        pieces += [Piece(text[at : match.start()], link=False), Piece(match.group(), link=True)]
        at = match.end()
    return [*pieces, Piece(text[at:], link=False)]
