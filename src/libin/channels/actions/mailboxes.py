"""Mailboxes are set up by people and noted on by the fetcher."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction

from libin.channels import access, rules
from libin.channels.facts import MailboxFailed, MailboxRecovered
from libin.channels.models import Mailbox
from libin.customers.rules import written_email
from libin.kernel import audit, vault
from libin.kernel.access import Actor, require
from libin.kernel.errors import NotFound, Refusal
from libin.kernel.outbox import WAKE, publish

_UNFIT = re.compile(r"[\x00-\x1f\x7f]")
FETCH_LEASE = timedelta(seconds=45)
"""So long a mailbox stays taken by a worker that died; one that lives takes it anew while it reads."""


class AddressNotUsable(Refusal):
    """This is not an e-mail address we can use."""


class AddressInUse(Refusal):
    """There is already a mailbox with this address."""


class NotOneLine(Refusal):
    """Names, hosts and folders must be plain words on one line."""


class HostMissing(Refusal):
    """To fetch mail we need the server, the user name and the password."""


class PlainOnlyHere(Refusal):
    """Without encryption we only speak to a server on this machine. Choose TLS or STARTTLS."""


class FolderMissing(Refusal):
    """Please say into which folder fetched mail is moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxSettings:
    """What a person says about a mailbox; an empty password keeps the one we have."""

    name: str
    address: str
    channel: str = "email"
    way: str = Mailbox.Way.IMAP
    host: str = ""
    port: int = 993
    security: str = Mailbox.Security.TLS
    username: str = ""
    password: str = ""
    folder: str = "INBOX"
    after_fetch: str = Mailbox.AfterFetch.SEEN
    move_to: str = ""
    authserv_id: str = ""
    tagged_replies: bool = True
    active: bool = True


@transaction.atomic
def save_mailbox(
    *, settings: MailboxSettings, by: Actor, at: datetime, mailbox_id: int | None = None
) -> Mailbox:
    """Set up a mailbox, or change one. A change of server or folder begins to read it anew."""
    require(access.may_manage(by))
    mailbox = _locked(mailbox_id) if mailbox_id else Mailbox(created_at=at)
    _check(settings, mailbox)
    if (mailbox.host, mailbox.username, mailbox.folder) != (
        settings.host,
        settings.username,
        settings.folder,
    ):
        mailbox.uid_validity, mailbox.last_uid = None, 0
    mailbox.name = settings.name.strip()
    mailbox.address = written_email(settings.address) or ""
    for field in _COPIED:
        setattr(mailbox, field, getattr(settings, field))
    if settings.password:
        mailbox.password_sealed = vault.seal(settings.password, mailbox.aad)
    mailbox.failures, mailbox.problem, mailbox.failing_since = 0, "", None
    mailbox.next_fetch_at = at
    try:
        with transaction.atomic():
            mailbox.save()
    except IntegrityError:
        raise AddressInUse from None
    audit.record(
        act="channels.save_mailbox",
        subject=f"mailbox:{mailbox.pk}",
        by=by,
        at=at,
        details={
            "way": settings.way,
            "active": settings.active,
            "password": bool(settings.password),
        },
    )
    _ring()
    return mailbox


_COPIED = (
    "channel",
    "way",
    "host",
    "port",
    "security",
    "username",
    "folder",
    "after_fetch",
    "move_to",
    "authserv_id",
    "tagged_replies",
    "active",
)


def _check(settings: MailboxSettings, mailbox: Mailbox) -> None:
    if written_email(settings.address) is None or not settings.address.isascii():
        raise AddressNotUsable
    lines = (
        settings.name,
        settings.host,
        settings.username,
        settings.password,
        settings.folder,
        settings.move_to,
        settings.authserv_id,
        settings.channel,
    )
    if any(_UNFIT.search(line) for line in lines) or re.search(r"[\s/@]", settings.host):
        raise NotOneLine
    if settings.way != Mailbox.Way.IMAP:
        return
    same = (mailbox.host, mailbox.username) == (settings.host, settings.username)
    # A password given for one server is never told to another.
    known = bool(settings.password) or (same and mailbox.password_sealed is not None)
    if not (settings.host and settings.username and known):
        raise HostMissing
    if settings.security == Mailbox.Security.PLAIN and not rules.is_this_machine(settings.host):
        raise PlainOnlyHere
    if settings.after_fetch == Mailbox.AfterFetch.MOVE and not settings.move_to.strip():
        raise FolderMissing


@transaction.atomic
def claim_mailbox(*, by: Actor, at: datetime) -> Mailbox | None:
    """Take the next IMAP mailbox that is due; nobody else does before its lease runs out."""
    mailbox = (
        Mailbox.objects.select_for_update(skip_locked=True)
        .filter(active=True, way=Mailbox.Way.IMAP, next_fetch_at__lte=at)
        .order_by("next_fetch_at")
        .first()
    )
    if mailbox is not None:
        mailbox.next_fetch_at = at + FETCH_LEASE
        mailbox.save(update_fields=["next_fetch_at"])
    return mailbox


@transaction.atomic
def hold_on(*, mailbox_id: int, by: Actor, at: datetime) -> None:
    """Keep a mailbox that is still being read. Not audited."""
    # Somebody who hurried us meanwhile has set an earlier instant, and it stands.
    held = Mailbox.objects.filter(pk=mailbox_id, next_fetch_at__gt=at)
    held.update(next_fetch_at=at + FETCH_LEASE)


@transaction.atomic
def note_fetched(*, mailbox_id: int, next_fetch_at: datetime, by: Actor, at: datetime) -> None:
    """A mailbox was read to its end."""
    mailbox = _locked(mailbox_id)
    failing = mailbox.failing_since is not None
    mailbox.fetched_at = at
    # Somebody who hurried us meanwhile has set an earlier instant, and it stands.
    if mailbox.next_fetch_at is None or mailbox.next_fetch_at > at:
        mailbox.next_fetch_at = next_fetch_at
    mailbox.failures, mailbox.problem, mailbox.failing_since = 0, "", None
    mailbox.save(update_fields=_NOTED)
    if failing:
        audit.record(
            act="channels.mailbox_recovered", subject=f"mailbox:{mailbox_id}", by=by, at=at
        )
        publish(MailboxRecovered(mailbox_id=mailbox_id, by=by.ref, at=at))


@transaction.atomic
def note_failure(*, mailbox_id: int, problem: str, by: Actor, at: datetime) -> None:
    """A mailbox could not be read; it is asked again ever more slowly, and people are told once."""
    mailbox = _locked(mailbox_id)
    first = mailbox.failing_since is None
    mailbox.failures += 1
    mailbox.problem = problem[:40]
    mailbox.failing_since = mailbox.failing_since or at
    mailbox.next_fetch_at = at + rules.Retry().pause(mailbox.failures)
    mailbox.save(update_fields=_NOTED)
    if first:
        audit.record(
            act="channels.mailbox_failed",
            subject=f"mailbox:{mailbox_id}",
            by=by,
            at=at,
            details={"problem": problem},
        )
        publish(MailboxFailed(mailbox_id=mailbox_id, problem=problem, by=by.ref, at=at))


_NOTED = ("fetched_at", "next_fetch_at", "failures", "problem", "failing_since")


@transaction.atomic
def hurry(*, mailbox_id: int, by: Actor, at: datetime) -> None:
    """Have a mailbox looked at now: its server said that something came."""
    waiting = Mailbox.objects.filter(pk=mailbox_id, next_fetch_at__gt=at, failures=0)
    waiting.update(next_fetch_at=at)
    _ring()


def _ring() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {WAKE}")


def _locked(mailbox_id: int) -> Mailbox:
    try:
        return Mailbox.objects.select_for_update().get(pk=mailbox_id)
    except Mailbox.DoesNotExist:
        raise NotFound from None
