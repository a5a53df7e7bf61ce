"""The plain structure one mail is read into, and its way through a pipe."""

import dataclasses
import json
from typing import Any


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """One mailbox of a header; `email` is lower case and empty when it is not a usable address."""

    name: str
    email: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class AttachedFile:
    """One attached file; `name` is safe to store and to offer for download."""

    name: str
    media_type: str
    content_id: str
    inline: bool
    data: bytes


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class AuthenticationResult:
    """What our own mail server found out: method (spf, dkim, dmarc), result and the domain it speaks of."""

    method: str
    result: str
    domain: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class FailedRecipient:
    """One line of a delivery report: whom, what happened (failed, delayed, ...), RFC 3463 status, words."""

    email: str
    action: str
    status: str
    diagnostic: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class ParsedMail:
    """Everything we use of one mail; every string is free of NUL, of control characters and of surrogates."""

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    subject: str
    sent: str
    sender: Address
    sender_count: int
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    delivered_to: tuple[str, ...]
    text: str
    own_text: str
    folded_text: str
    html: str
    own_html: str
    folded_html: str
    blocked_images: int
    attachments: tuple[AttachedFile, ...]
    automatic: str
    automatic_reason: str
    answerable: bool
    authentication: tuple[AuthenticationResult, ...]
    failed_recipients: tuple[FailedRecipient, ...]
    reported_message_ids: tuple[str, ...]
    notes: tuple[str, ...]


def pack(mail: ParsedMail) -> bytes:
    """The mail as one frame: 8 bytes length of the JSON, the JSON, then the attached bytes in order."""
    body = dataclasses.asdict(mail)
    blobs = []
    for attached in body["attachments"]:
        data = attached.pop("data")
        attached["size"] = len(data)
        blobs.append(data)
    text = json.dumps(body, ensure_ascii=False).encode()
    return b"".join((len(text).to_bytes(8, "big"), text, *blobs))


def unpack(frame: bytes) -> ParsedMail:
    """The mail of a frame made by `pack`. Raises ValueError, KeyError or TypeError when it is not one."""
    size = int.from_bytes(frame[:8], "big")
    body: dict[str, Any] = json.loads(frame[8 : 8 + size])
    at = 8 + size
    attachments = []
    for attached in body["attachments"]:
        length = attached.pop("size")
        attachments.append(AttachedFile(**attached, data=frame[at : at + length]))
        at += length
    if at != len(frame):
        raise ValueError("The frame has another length than it says.")
    body["attachments"] = tuple(attachments)
    body["sender"] = Address(**body["sender"])
    for field in ("reply_to", "to", "cc"):
        body[field] = tuple(Address(**one) for one in body[field])
    body["authentication"] = tuple(AuthenticationResult(**one) for one in body["authentication"])
    body["failed_recipients"] = tuple(FailedRecipient(**one) for one in body["failed_recipients"])
    for field in ("in_reply_to", "references", "delivered_to", "reported_message_ids", "notes"):
        body[field] = tuple(body[field])
    return ParsedMail(**body)
