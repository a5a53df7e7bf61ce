"""What channels do by themselves: look into mailboxes, listen for their servers, keep the SMTP door open."""

import contextlib
import logging
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import close_old_connections, connection

from libin.channels import imap
from libin.channels.actions import mailboxes, receiving
from libin.channels.fetching import FETCHER, account_of, fetch_mailbox
from libin.channels.listener import Listener
from libin.channels.models import Mailbox
from libin.channels.queries.addresses import listener_mailboxes
from libin.kernel import clock
from libin.kernel.access import automation
from libin.kernel.loops import Loop, add_loop

log = logging.getLogger(__name__)

POLL = timedelta(seconds=20)
POLL_WHILE_WATCHED = timedelta(seconds=60)
WATCH_SECONDS = 240.0
DOOR = automation("smtp-door")


class Watcher(threading.Thread):
    """Holds one IDLE connection to one mailbox and has it fetched when its server tells of something.

    `useless` is set for a server that does not know IDLE: nobody need try again.
    """

    def __init__(self, mailbox_id: int, account: imap.Account) -> None:
        super().__init__(name=f"mailbox-{mailbox_id}", daemon=True)
        self.mailbox_id = mailbox_id
        self.account = account
        self.useless = False
        self.dismissed = threading.Event()

    def run(self) -> None:
        """Watch until the connection breaks or the mailbox is set up anew; the loop starts another watcher then."""
        try:
            with imap.opened(self.account) as folder:
                self.useless = not folder.can_idle()
                while not self.useless and not self.dismissed.is_set():
                    if folder.wait(WATCH_SECONDS):
                        self.tell()
        except Exception as problem:  # polling goes on; the next watcher tries again
            log.info("Mailbox %s is no longer watched: %s", self.mailbox_id, type(problem).__name__)

    def tell(self) -> None:
        """Have the mailbox fetched; a connection to the database is held no longer than that."""
        try:
            mailboxes.hurry(mailbox_id=self.mailbox_id, by=FETCHER, at=clock.now())
        finally:
            connection.close()


_watchers: dict[int, Watcher] = {}


def _look(at: datetime) -> bool:
    mailbox = mailboxes.claim_mailbox(by=FETCHER, at=at)
    if mailbox is None:
        return False
    watched = _watched(mailbox)
    fetch_mailbox(mailbox, poll=POLL_WHILE_WATCHED if watched else POLL, clock=clock.now)
    return True


def _watched(mailbox: Mailbox) -> bool:
    """Whether somebody watches the mailbox as it is set up now; if nobody does, somebody begins."""
    account = account_of(mailbox)
    watcher = _watchers.get(mailbox.pk)
    if watcher is not None and watcher.account == account:
        if watcher.is_alive() or watcher.useless:
            return not watcher.useless
    elif watcher is not None:
        watcher.dismissed.set()
    _watchers[mailbox.pk] = Watcher(mailbox.pk, account)
    _watchers[mailbox.pk].start()
    return False


def _next_look() -> datetime | None:
    return (
        Mailbox.objects.filter(active=True, way=Mailbox.Way.IMAP, next_fetch_at__isnull=False)
        .order_by("next_fetch_at")
        .values_list("next_fetch_at", flat=True)
        .first()
    )


def find(recipients: Sequence[str]) -> Mapping[str, int]:
    """Which recipients are ours; called by the door's threads."""
    close_old_connections()
    try:
        return listener_mailboxes(recipients)
    finally:
        close_old_connections()


def keep(mailbox_id: int, raw: bytes, recipients: Sequence[str]) -> int:
    """Commit one mail; called by the door's threads."""
    close_old_connections()
    try:
        return receiving.keep_mail(
            mailbox_id=mailbox_id, raw=raw, envelope_to=recipients, by=DOOR, at=clock.now()
        )
    finally:
        close_old_connections()


class OwnDoor:
    """The installation's SMTP door: one process of several has it, the others stand by."""

    def __init__(self) -> None:
        self.listener: Listener | None = None

    def open(self, at: datetime) -> bool:
        """Open it where it is not open yet and some mailbox wants it."""
        if self.listener is not None:
            return False
        if not Mailbox.objects.filter(way=Mailbox.Way.LISTENER, active=True).exists():
            return False
        listener = Listener(
            find,
            keep,
            host=settings.LIBIN_MAIL_IN_HOST,
            port=settings.LIBIN_MAIL_IN_PORT,
            name=settings.LIBIN_MAIL_DOMAIN,
            done=lambda: connection.close(),
        )
        with contextlib.suppress(OSError):
            listener.start()
            self.listener = listener
        return False

    def close(self) -> None:
        """Close it, if it is open here."""
        listener, self.listener = self.listener, None
        if listener is not None:
            listener.stop()

    def next_look(self) -> datetime | None:
        """Standing by: whoever has the door may go away."""
        return None if self.listener is not None else clock.now() + timedelta(seconds=5)


_door = OwnDoor()

# Two, so that one server that hangs does not keep the others waiting.
add_loop(Loop("mailboxes", _look, _next_look, threads=2))
add_loop(Loop("smtp-door", _door.open, _door.next_look))
