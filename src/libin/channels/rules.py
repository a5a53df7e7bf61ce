"""Pure decisions: which case a mail belongs to, whom we believe, whom we answer by machine."""

import ipaddress
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

TRIES = 3
"""So often a mail is tried before it is put aside for a person."""

AUTOMATIC_ANSWER_PAUSE = timedelta(hours=24)
"""One address gets at most one automatic answer within this time, whatever it sends."""

TAG_PREFIX = "reply+"
_TAG = re.compile(r"[0-9a-z]{1,13}-[a-z2-7]{26}")


class Belief(StrEnum):
    """What our own mail server found out about a sender's address."""

    PROVED = "proved"
    UNKNOWN = "unknown"
    FORGED = "forged"


@dataclass(frozen=True, slots=True)
class Finding:
    """One authentication result: method, result, and the domain it speaks of; all lower case."""

    method: str
    result: str
    domain: str


def believe(sender: str, findings: Sequence[Finding]) -> Belief:
    """Whether an address is proved to be the sender's, by results that our own server wrote."""
    domain = sender.rpartition("@")[2]
    if not domain:
        return Belief.UNKNOWN
    for finding in findings:
        if finding.method == "dmarc" and finding.result in ("pass", "fail"):
            return Belief.PROVED if finding.result == "pass" else Belief.FORGED
    failed = False
    for finding in findings:
        if finding.method not in ("spf", "dkim"):
            continue
        if finding.result == "pass" and aligned(domain, finding.domain):
            return Belief.PROVED
        failed = failed or finding.result in ("fail", "permerror")
    return Belief.FORGED if failed else Belief.UNKNOWN


def aligned(domain: str, proved: str) -> bool:
    """Whether a proved domain covers the domain of From: the same, or a parent with at least two labels."""
    return proved.count(".") >= 1 and (domain == proved or domain.endswith(f".{proved}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What a mail says about the case it may belong to. Cases are numbers, addresses lower case.

    `tagged`: cases of our reply addresses whose signature is right. `answered`: cases of our own mails it refers to, by
    Message-IDs only their readers know. `continued`: cases of strangers' mails it refers to or repeats.
    `participants`: for each of these cases the addresses that are its customer's.
    """

    sender: str
    sender_count: int = 1
    belief: Belief = Belief.UNKNOWN
    tagged: tuple[int, ...] = ()
    answered: tuple[int, ...] = ()
    continued: tuple[int, ...] = ()
    participants: Mapping[int, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail goes: a new case (None), or this case; unverified words are for colleagues only."""

    case_id: int | None
    verified: bool
    why: str


def place(clues: Clues) -> Place:
    """Decide by what a stranger cannot know and by who writes; subjects, Reply-To and Cc prove nothing."""
    for cases, why in ((clues.tagged, "address"), (clues.answered, "answer")):
        for case_id in cases:
            return Place(case_id, *_trusted(clues, case_id, why))
    for case_id in clues.continued:
        # Anybody in Cc knows a customer's Message-ID: only a proved sender may go on under it.
        if _takes_part(clues, case_id) and clues.belief is Belief.PROVED:
            return Place(case_id, True, "continued")
        if clues.sender:
            return Place(case_id, False, "continued_unproved")
    return Place(None, True, "new")


def _trusted(clues: Clues, case_id: int, why: str) -> tuple[bool, str]:
    if not _takes_part(clues, case_id):
        return False, f"{why}_by_another"
    if clues.belief is Belief.FORGED:
        return False, f"{why}_forged"
    return True, why


def _takes_part(clues: Clues, case_id: int) -> bool:
    return (
        clues.sender_count == 1
        and bool(clues.sender)
        and clues.sender in clues.participants.get(case_id, ())
    )


def tag_of(email: str) -> str:
    """The tag of one of our reply addresses, empty when it is none."""
    local = email.rpartition("@")[0].lower()
    found = re.search(r"(?:^|\+)reply\+(.*)$", local)
    return found[1] if found and _TAG.fullmatch(found[1]) else ""


def may_answer_by_machine(
    *,
    answerable: bool,
    address: str,
    ours: Collection[str],
    answered_at: datetime | None,
    case_answered: bool,
    at: datetime,
) -> str:
    """An empty string when an automatic answer may go out, else the reason why not.

    `answered_at`: when this address last got one; `ours`: addresses of our own mailboxes.
    """
    if not answerable:
        return "machine"
    if not address:
        return "no_address"
    if address in ours:
        return "our_own_address"
    if case_answered:
        return "case_answered"
    if answered_at is not None and at - answered_at < AUTOMATIC_ANSWER_PAUSE:
        return "address_answered"
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """When a mailbox that fails is asked again."""

    first: timedelta = timedelta(seconds=15)
    longest: timedelta = timedelta(minutes=15)

    def pause(self, failures: int) -> timedelta:
        """Doubling from the first pause to the longest."""
        doublings: int = min(max(failures - 1, 0), 12)
        return min(self.first * (1 << doublings), self.longest)


_SLOT = re.compile(r"\{([a-z_]{1,40})\}")


def fill(words: str, values: Mapping[str, str]) -> str:
    """The words with every known {placeholder} replaced once; values are never read again."""
    return _SLOT.sub(lambda match: values.get(match[1], match[0]), words)


def is_this_machine(host: str) -> bool:
    """Whether a host name means the machine we run on."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
