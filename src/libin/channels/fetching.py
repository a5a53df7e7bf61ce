"""Reads one mailbox to its end: each mail committed here before its server hears that we have it."""

import socket
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings as django

from libin.channels import access, imap, rules
from libin.channels.actions import mailboxes, receiving
from libin.channels.actions.mailboxes import MailboxSettings
from libin.channels.models import InboundMail, Mailbox
from libin.kernel import vault
from libin.kernel.access import Actor, automation, require

FETCHER = automation("fetcher")
_BATCH = 50


def account_of(mailbox: Mailbox) -> imap.Account:
    """How to reach a mailbox, its password unsealed."""
    sealed = mailbox.password_sealed
    return imap.Account(
        host=mailbox.host,
        port=mailbox.port,
        security=mailbox.security,
        username=mailbox.username,
        password=vault.unseal(sealed, mailbox.aad) if sealed else "",
        folder=mailbox.folder,
        move_to=mailbox.move_to if mailbox.after_fetch == Mailbox.AfterFetch.MOVE else "",
    )


def fetch_mailbox(mailbox: Mailbox, *, poll: timedelta, clock: Callable[[], datetime]) -> int:
    """Fetch everything that is new; how many mails. A failure is noted, and what was committed stays."""
    try:
        with imap.opened(account_of(mailbox)) as folder:
            count = _Reading(mailbox, folder, clock).run()
    except imap.MailboxProblem as problem:
        mailboxes.note_failure(mailbox_id=mailbox.pk, problem=problem.code, by=FETCHER, at=clock())
        return 0
    mailboxes.note_fetched(
        mailbox_id=mailbox.pk, next_fetch_at=clock() + poll, by=FETCHER, at=clock()
    )
    return count


class _Reading:
    """One pass over one folder."""

    def __init__(
        self, mailbox: Mailbox, folder: imap.Folder, clock: Callable[[], datetime]
    ) -> None:
        self.mailbox = mailbox
        self.folder = folder
        self.clock = clock
        self.by: Actor = FETCHER
        self.held_at: datetime | None = None
        self.position = folder.position()

    def run(self) -> int:
        uids, settled = self._wanted()
        count = 0
        for at in range(0, len(uids), _BATCH):
            count += self._take(uids[at : at + _BATCH], advance=settled)
        if not settled:
            self._note(self.position.uid_next - 1)
        self._file_rest()
        return count

    def _wanted(self) -> tuple[list[int], bool]:
        """The UIDs to fetch, and whether the position may be noted as we go.

        A folder seen for the first time is read from what is unread; one that was numbered anew from the day we began
        with it, because its old numbers mean nothing now.
        """
        if self.mailbox.uid_validity is None:
            return [uid for uid in self.folder.unseen() if uid < self.position.uid_next], False
        if self.mailbox.uid_validity != self.position.uid_validity:
            began = (self.mailbox.created_at - timedelta(days=1)).date()
            return [uid for uid in self.folder.since(began) if uid < self.position.uid_next], False
        return self.folder.uids_after(self.mailbox.last_uid), True

    def _take(self, uids: Sequence[int], *, advance: bool) -> int:
        sizes = self.folder.sizes(uids)
        kept: dict[int, int] = {}
        for uid in uids:
            self._hold_on()
            number = self._keep(uid, sizes[uid]) if uid in sizes else None
            if number is not None:
                kept[uid] = number
        nothing = [uid for uid in uids if uid not in kept]
        # What is not there any more was expunged by somebody else meanwhile; what is there must not be forgotten.
        for uid in self.folder.still_there(nothing):
            kept[uid] = self._commit(uid, b"", sizes.get(uid, 0), "no_content")
        if advance:
            self._note(uids[-1])
        self._file(kept)
        return len(kept)

    def _keep(self, uid: int, size: int) -> int | None:
        too_large = size > imap.LARGEST_MAIL_BYTES
        raw = self.folder.head(uid) if too_large else self.folder.whole(uid)
        if not raw:
            return None
        return self._commit(uid, raw, size, "too_large" if too_large else "")

    def _commit(self, uid: int, raw: bytes, size: int, problem: str) -> int:
        return receiving.keep_mail(
            mailbox_id=self.mailbox.pk,
            raw=raw,
            uid_validity=self.position.uid_validity,
            uid=uid,
            size=size,
            problem=problem,
            by=self.by,
            at=self.clock(),
        )

    def _hold_on(self) -> None:
        """Long before the lease runs out the mailbox is taken anew."""
        at = self.clock()
        if self.held_at is None or at - self.held_at > mailboxes.FETCH_LEASE / 4:
            mailboxes.hold_on(mailbox_id=self.mailbox.pk, by=self.by, at=at)
            self.held_at = at

    def _note(self, last_uid: int) -> None:
        receiving.note_position(
            mailbox_id=self.mailbox.pk,
            uid_validity=self.position.uid_validity,
            last_uid=last_uid,
            by=self.by,
            at=self.clock(),
        )

    def _file(self, kept: dict[int, int]) -> None:
        """Tell the server that we have these mails; they are committed by now."""
        if not kept:
            return
        self._hold_on()
        if self.mailbox.after_fetch == Mailbox.AfterFetch.MOVE:
            self.folder.move(list(kept))
        else:
            self.folder.mark_seen(list(kept))
        receiving.note_filed(inbound_ids=list(kept.values()), by=self.by, at=self.clock())

    def _file_rest(self) -> None:
        """What an earlier pass committed but did not live to tell the server."""
        rest = InboundMail.objects.filter(
            mailbox=self.mailbox,
            uid_validity=self.position.uid_validity,
            filed_at=None,
            uid__isnull=False,
        ).values_list("uid", "pk")
        self._file({uid: number for uid, number in rest if uid is not None})


def try_settings(settings: MailboxSettings, *, mailbox_id: int | None, by: Actor) -> str:
    """Try what a person says about a mailbox without saving it; the code of what is wrong, empty when all is well.

    Where no password is given, the one we have is used, but only for the server it was given for.
    """
    require(access.may_manage(by))
    if settings.way == Mailbox.Way.LISTENER:
        return _try_door()
    if settings.security == Mailbox.Security.PLAIN and not rules.is_this_machine(settings.host):
        return "plain_not_here"
    account = imap.Account(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        username=settings.username,
        password=settings.password or _known_password(settings, mailbox_id),
        folder=settings.folder,
        move_to=settings.move_to if settings.after_fetch == Mailbox.AfterFetch.MOVE else "",
    )
    try:
        imap.check(account)
    except imap.MailboxProblem as problem:
        return problem.code
    return ""


def _known_password(settings: MailboxSettings, mailbox_id: int | None) -> str:
    if mailbox_id is None:
        return ""
    known = Mailbox.objects.filter(
        pk=mailbox_id, host=settings.host, username=settings.username
    ).first()
    if known is None or not known.password_sealed:
        return ""
    return vault.unseal(known.password_sealed, known.aad)


def _try_door() -> str:
    try:
        with socket.create_connection((django.LIBIN_MAIL_IN_HOST, django.LIBIN_MAIL_IN_PORT), 3):
            return ""
    except OSError:
        return "door_closed"
