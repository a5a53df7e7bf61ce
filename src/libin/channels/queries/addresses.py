"""Our own addresses: mailboxes, and reply addresses that only we can sign."""

import base64
import hmac
from collections.abc import Iterable

from libin.channels import rules
from libin.channels.models import Mailbox
from libin.desk.models import Case
from libin.kernel import vault

LONGEST_LOCAL_PART = 64
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def reply_address(case: Case, mailbox: Mailbox) -> str:
    """The mailbox's address with a tag that leads back to the case; the plain one where tags cannot be used."""
    local, _, domain = mailbox.address.rpartition("@")
    tagged = f"{local}+{rules.TAG_PREFIX}{_tag(case)}"
    if not mailbox.tagged_replies or len(tagged) > LONGEST_LOCAL_PART:
        return mailbox.address
    return f"{tagged}@{domain}"


def cases_of_tags(emails: Iterable[str]) -> tuple[int, ...]:
    """The cases of reply addresses whose signature is right, in the order of the addresses."""
    wanted = dict.fromkeys(filter(None, map(rules.tag_of, emails)))
    numbers = {tag: int(tag.partition("-")[0], 36) for tag in wanted}
    found = Case.objects.only("id", "key").in_bulk([n for n in numbers.values() if n < 2**63])
    return tuple(
        number
        for tag, number in numbers.items()
        if number in found and hmac.compare_digest(_tag(found[number]), tag)
    )


def _tag(case: Case) -> str:
    signed = vault.blind(f"channels.reply_address:{case.pk}:{case.key}")[:16]
    return f"{_base36(case.pk)}-{base64.b32encode(signed).decode().rstrip('=').lower()}"


def _base36(number: int) -> str:
    out = ""
    while number:
        number, digit = divmod(number, 36)
        out = _DIGITS[digit] + out
    return out or "0"


def our_addresses() -> frozenset[str]:
    """The addresses of all our mailboxes."""
    return frozenset(Mailbox.objects.values_list("address", flat=True))


def untagged(email: str) -> str:
    """An address without what stands behind the first plus sign."""
    local, _, domain = email.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def listener_mailboxes(recipients: Iterable[str]) -> dict[str, int]:
    """For each recipient that is ours the number of the mailbox our SMTP listener keeps its mail in."""
    wanted = {one: (one.lower(), untagged(one)) for one in recipients}
    known = dict(
        Mailbox.objects.filter(
            way=Mailbox.Way.LISTENER,
            active=True,
            address__in=[form for forms in wanted.values() for form in forms],
        ).values_list("address", "pk")
    )
    found = {}
    for recipient, forms in wanted.items():
        for form in forms:
            if form in known:
                found[recipient] = known[form]
                break
    return found
