"""What we know that helps to place a mail: Message-IDs, signed addresses, customers' addresses."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

from libin.channels import rules
from libin.channels.models import InboundMail, MessageIndex
from libin.channels.parsing.shape import ParsedMail
from libin.channels.queries.addresses import cases_of_tags
from libin.customers.models import ContactPoint
from libin.desk.models import Case

EMAIL = "email"
FORM = "form"


def id_hash(message_id: str) -> bytes:
    """The hash under which a Message-ID, with or without its brackets, is indexed."""
    return hashlib.sha256(message_id.strip().strip("<>").encode()).digest()


def digest_of(mail: ParsedMail) -> bytes:
    """A hash of what a reader would see; copies of one mail that came by other ways share it."""
    taste = hashlib.sha256()
    for part in (mail.sender.email, mail.subject, mail.sent, mail.text):
        taste.update(hashlib.sha256(part.encode()).digest())
    for attached in mail.attachments:
        taste.update(hashlib.sha256(attached.data).digest())
    return taste.digest()


def own_hash(mail: ParsedMail, digest: bytes) -> bytes:
    """What makes this mail itself: its Message-ID, or its content when it has none."""
    return (
        id_hash(mail.message_id)
        if mail.message_id
        else hashlib.sha256(b"content" + digest).digest()
    )


def known_as(own: bytes, channel: str = EMAIL) -> MessageIndex | None:
    """The index entry of a mail that came, or left, before."""
    return (
        MessageIndex.objects.filter(channel=channel, id_hash=own)
        .select_related("inbound")
        .defer("inbound__raw")
        .first()
    )


def clues_for(mail: ParsedMail, row: InboundMail, known: MessageIndex | None) -> rules.Clues:
    """Everything the decision about its place rests on."""
    addressed = [one.email for one in (*mail.to, *mail.cc)]
    tagged = cases_of_tags([*row.envelope_to, *mail.delivered_to, *addressed])
    referred = [*mail.in_reply_to, *reversed(mail.references)]
    entries = _entries(referred)
    answered = [one.case_id for one in entries if one.ours]
    continued = [one.case_id for one in entries if not one.ours]
    if known is not None:
        continued.insert(0, known.case_id)
    cases = _unmerged([*tagged, *answered, *continued])
    return rules.Clues(
        sender=mail.sender.email,
        sender_count=mail.sender_count,
        belief=belief(mail),
        tagged=_known(tagged, cases),
        answered=_known(answered, cases),
        continued=_known(continued, cases),
        participants=_participants(cases.values()),
    )


def belief(mail: ParsedMail) -> rules.Belief:
    """Whether the sender's address is proved by results of our own server."""
    return rules.believe(
        mail.sender.email,
        [rules.Finding(one.method, one.result, one.domain) for one in mail.authentication],
    )


def _entries(message_ids: Sequence[str]) -> list[MessageIndex]:
    """The index entries of some Message-IDs, in their order."""
    hashes = list(dict.fromkeys(map(id_hash, message_ids)))
    found = {
        bytes(one.id_hash): one
        for one in MessageIndex.objects.filter(
            channel=EMAIL, id_hash__in=hashes, case__isnull=False
        )
    }
    return [found[one] for one in hashes if one in found]


def _unmerged(case_ids: Iterable[int | None]) -> dict[int, int]:
    """For each case that exists the one it now belongs to."""
    rows = Case.objects.filter(pk__in={one for one in case_ids if one}).values_list(
        "pk", "merged_into_id"
    )
    return {pk: merged or pk for pk, merged in rows}


def _known(case_ids: Iterable[int | None], cases: dict[int, int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(cases[one] for one in case_ids if one in cases))


def _participants(case_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """The e-mail addresses of each case's customer; nobody becomes one by being in Cc."""
    customers = dict(Case.objects.filter(pk__in=set(case_ids)).values_list("pk", "customer_id"))
    emails: dict[int, set[str]] = defaultdict(set)
    points = ContactPoint.objects.filter(
        kind=ContactPoint.Kind.EMAIL, customer_id__in=set(customers.values())
    )
    for customer_id, email in points.values_list("customer_id", "email"):
        emails[customer_id].add(email)
    return {case_id: frozenset(emails[customer_id]) for case_id, customer_id in customers.items()}
