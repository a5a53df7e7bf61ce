"""Pure decisions about customers: how addresses are written, what a mask leaves, how long a link lives."""

import re
import unicodedata
from datetime import datetime, timedelta

LONGEST_EMAIL = 254
LONGEST_NAME = 200

PROOF_LIFETIME = timedelta(minutes=15)
PROOF_PAUSE = timedelta(minutes=1)
SESSION_IDLE = timedelta(days=7)
SESSION_LONGEST = timedelta(days=30)
FORM_REMEMBERED = timedelta(days=7)
SESSION_NOTED = timedelta(minutes=5)

_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]+@[^\s@<>\"(),:;\\\[\]]+")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_NOT_DIGIT = re.compile(r"[^\d+]")


def written_email(text: str) -> str | None:
    """An e-mail address as it is stored and compared: NFC, lower-case; None when it is not one."""
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > LONGEST_EMAIL or any(unicodedata.category(c) in _INVISIBLE for c in text):
        return None
    if not _EMAIL.fullmatch(text) or ".." in text:
        return None
    local, domain = text.lower().rsplit("@", 1)
    if local[0] == "." or local[-1] == "." or domain[0] in ".-" or domain[-1] in ".-":
        return None
    return f"{local}@{domain}"


def written_phone(text: str) -> str | None:
    """A phone number in E.164; a number without a country is Chinese. None when it is not one."""
    digits = _NOT_DIGIT.sub("", unicodedata.normalize("NFKC", text))
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if not digits.startswith("+"):
        digits = f"+86{digits.removeprefix('0')}"
    return digits if re.fullmatch(r"\+[1-9]\d{6,14}", digits) else None


def written_name(text: str) -> str:
    """A name without control and direction marks, spaces folded, at most 200 characters."""
    visible = "".join(
        " " if c.isspace() else c
        for c in text[: LONGEST_NAME * 8]
        if c.isspace() or c in "\u200d\ufe0f" or unicodedata.category(c) not in _INVISIBLE
    )
    return " ".join(visible.split())[:LONGEST_NAME].strip()


def last_four(text: str) -> str:
    """The last four characters that a person may see of a sealed value."""
    return text[-4:]


def proof_counts(*, expires_at: datetime, used_at: datetime | None, at: datetime) -> bool:
    """Whether a mailed link may still open the door: unused, and younger than its lifetime."""
    return used_at is None and at < expires_at


def session_counts(
    *, seen_at: datetime, expires_at: datetime, ended_at: datetime | None, at: datetime
) -> bool:
    """Whether a session is alive: not signed out, not idle for too long, not too old."""
    return ended_at is None and at < expires_at and at < seen_at + SESSION_IDLE
