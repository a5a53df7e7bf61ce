"""Speaks to an IMAP server: by UID only, raw bytes only, and nothing in a command that we did not check."""

import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

TIMEOUT_SECONDS = 30.0
LARGEST_MAIL_BYTES = 50 * 1024 * 1024
_UNFIT = re.compile(r"[\x00-\x1f\x7f]")
_SIZE = re.compile(rb"UID (\d+).*?RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+).*?UID (\d+)")


class MailboxProblem(Exception):
    """The server cannot be read; `code` names what is wrong, for a person to be told in words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How to reach one folder. The password never shows in a repr or a log."""

    host: str
    port: int
    security: str
    username: str
    password: str
    folder: str = "INBOX"
    move_to: str = ""

    def __repr__(self) -> str:
        return f"Account({self.host!r}, {self.folder!r})"


@dataclass(frozen=True, slots=True)
class Position:
    """How a folder counts: its UIDVALIDITY and the UID the next mail will have."""

    uid_validity: int
    uid_next: int


class Folder:
    """One opened folder."""

    def __init__(self, box: BaseMailBox, account: Account) -> None:
        self._box = box
        self._account = account

    def position(self) -> Position:
        """Where the folder stands now."""
        status = self._box.folder.status(self._account.folder, ["UIDVALIDITY", "UIDNEXT"])
        return Position(int(status["UIDVALIDITY"]), int(status["UIDNEXT"]))

    def uids_after(self, last_uid: int) -> list[int]:
        """All UIDs above one, ascending."""
        # "n:*" names the newest mail even when its UID is below n.
        return [uid for uid in self._search(f"UID {last_uid + 1}:*") if uid > last_uid]

    def unseen(self) -> list[int]:
        """The UIDs of mail nobody has read, ascending."""
        return self._search("UNSEEN")

    def since(self, day: date) -> list[int]:
        """The UIDs of mail that arrived on a day or later, ascending."""
        months = [
            "Jan",
            "Feb",
            "Mar",
            "Apr",
            "May",
            "Jun",
            "Jul",
            "Aug",
            "Sep",
            "Oct",
            "Nov",
            "Dec",
        ]
        return self._search(f"SINCE {day.day:02d}-{months[day.month - 1]}-{day.year}")

    def still_there(self, uids: Sequence[int]) -> list[int]:
        """Those of some UIDs that the server finds now, ascending."""
        return self._search(f"UID {','.join(map(str, uids))}") if uids else []

    def _search(self, criteria: str) -> list[int]:
        return sorted(int(uid) for uid in self._box.uids(criteria))

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Size in bytes of each mail that is still there."""
        found = {}
        for item in self._fetch(",".join(map(str, uids)), "(UID RFC822.SIZE)"):
            line = item if isinstance(item, bytes) else b"".join(item)
            if match := _SIZE.search(line):
                groups = match.groups()
                uid, size = (groups[0], groups[1]) if groups[0] else (groups[3], groups[2])
                found[int(uid)] = int(size)
        return found

    def whole(self, uid: int) -> bytes | None:
        """The bytes of one mail without marking it read; None when it is gone."""
        return self._literal(uid, "(UID BODY.PEEK[])")

    def head(self, uid: int) -> bytes | None:
        """The bytes of one mail's header."""
        return self._literal(uid, "(UID BODY.PEEK[HEADER])")

    def _literal(self, uid: int, what: str) -> bytes | None:
        for item in self._fetch(str(uid), what):
            if isinstance(item, tuple) and b"BODY[" in item[0].upper():
                return bytes(item[1])
        return None

    def _fetch(self, uids: str, what: str) -> list[bytes | tuple[bytes, bytes]]:
        if not uids:
            return []
        status, data = self._box.client.uid("FETCH", uids, what)
        if status != "OK":
            raise MailboxProblem("fetch")
        return [item for item in data if item is not None]

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Mark mail as read."""
        for at in range(0, len(uids), 200):
            some = ",".join(map(str, uids[at : at + 200]))
            status, _ = self._box.client.uid("STORE", some, "+FLAGS.SILENT", r"(\Seen)")
            if status != "OK":
                raise MailboxProblem("store")

    def move(self, uids: Sequence[int]) -> None:
        """Move mail to the account's other folder."""
        if uids:
            self.mark_seen(uids)
            self._box.move([str(uid) for uid in uids], self._account.move_to, chunks=200)

    def can_idle(self) -> bool:
        """Whether the server tells of new mail by itself."""
        return "IDLE" in self._box.client.capabilities

    def wait(self, seconds: float) -> bool:
        """Wait until the server tells of something, at most so long; whether it did."""
        return bool(self._box.idle.wait(timeout=seconds))


@contextlib.contextmanager
def opened(account: Account, *, timeout: float = TIMEOUT_SECONDS) -> Iterator[Folder]:
    """The account's folder, selected. Raises MailboxProblem for everything that can be wrong with a server."""
    box = _connected(account, timeout)
    try:
        _logged_in(box, account)
        try:
            box.folder.set(account.folder)
        except (ImapToolsError, imaplib.IMAP4.error) as problem:
            raise MailboxProblem("folder") from problem
        yield Folder(box, account)
    except MailboxProblem:
        raise
    except (OSError, imaplib.IMAP4.error, ImapToolsError, ValueError, KeyError) as problem:
        raise MailboxProblem(_code(problem, "broken_off")) from problem
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            box.logout()


def check(account: Account) -> None:
    """Try everything that fetching needs. Raises MailboxProblem with the first thing that is wrong."""
    with opened(account, timeout=10.0) as folder:
        folder.position()
        if account.move_to and not folder._box.folder.exists(account.move_to):
            raise MailboxProblem("move_folder")


def _connected(account: Account, timeout: float) -> BaseMailBox:
    if any(
        _UNFIT.search(word)
        for word in (account.host, account.username, account.password, account.folder)
    ):
        raise MailboxProblem("not_one_line")
    try:
        if account.security == "tls":
            return MailBox(
                account.host, account.port, timeout, ssl_context=ssl.create_default_context()
            )
        if account.security == "starttls":
            return MailBoxStartTls(
                account.host, account.port, timeout, ssl_context=ssl.create_default_context()
            )
        return MailBoxUnencrypted(account.host, account.port, timeout)
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as problem:
        raise MailboxProblem(_code(problem, "protocol")) from problem


def _logged_in(box: BaseMailBox, account: Account) -> None:
    try:
        if account.username.isascii() and account.password.isascii():
            box.login(account.username, account.password, initial_folder=None)
        else:
            box.login_utf8(account.username, account.password, initial_folder=None)
    except (ImapToolsError, imaplib.IMAP4.error) as problem:
        if isinstance(problem, imaplib.IMAP4.abort):
            raise MailboxProblem("broken_off") from problem
        raise MailboxProblem("login") from problem


def _code(problem: Exception, otherwise: str) -> str:
    if isinstance(problem, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(problem, ssl.SSLError):
        return "tls"
    if isinstance(problem, socket.gaierror):
        return "host_unknown"
    if isinstance(problem, TimeoutError):
        return "timeout"
    if isinstance(problem, ConnectionRefusedError):
        return "refused"
    return otherwise
