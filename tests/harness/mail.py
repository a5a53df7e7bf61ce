"""Real mail servers: Dovecot keeps the mailbox of the service, an SMTP sink receives what Libin sends."""

import email
import email.policy
import imaplib
import os
import pwd
import shutil
import smtplib
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from tests.harness.ports import free_port, wait_until_open
from tests.people_named import IMAP_PASSWORD as PASSWORD

CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {place}/run
state_dir = {place}/state
log_path = {place}/dovecot.log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{place}/mail/%u
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 0
first_valid_gid = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner_group} home={place}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    """An IMAP server with a mailbox for whoever signs in; all share one password."""

    def __init__(self) -> None:
        # A short path of its own: sockets have short names, and the mail user must get through.
        self.place = Path(tempfile.mkdtemp(prefix="libin-dovecot-"))
        self.place.chmod(0o711)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers."""
        for name in ("run", "state", "mail"):
            (self.place / name).mkdir(parents=True, exist_ok=True)
        # Root may not own mailboxes, and everybody else can only be himself.
        owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        if os.geteuid() == 0:
            os.chown(self.place / "mail", owner.pw_uid, owner.pw_gid)
        group = "nogroup" if os.geteuid() == 0 else str(owner.pw_gid)
        config = self.place / "dovecot.conf"
        config.write_text(
            CONFIG.format(
                place=self.place,
                port=self.port,
                password=PASSWORD,
                user=owner.pw_name,
                group=group,
                owner=owner.pw_uid,
                owner_group=owner.pw_gid,
            ),
            encoding="utf-8",
        )
        program = shutil.which("dovecot") or "/usr/sbin/dovecot"
        self.process = subprocess.Popen(
            [program, "-F", "-c", config],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until_open(self.port)

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=10)
        shutil.rmtree(self.place, ignore_errors=True)

    @contextmanager
    def mailbox(self, user: str) -> Iterator[imaplib.IMAP4]:
        """A signed-in IMAP connection."""
        line = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        try:
            line.login(user, PASSWORD)
            yield line
        finally:
            line.logout()

    def put(self, user: str, *letters: bytes) -> None:
        """Lay letters into a mailbox, unread, as a delivery would."""
        with self.mailbox(user) as line:
            for letter in letters:
                status, _ = line.append("INBOX", None, None, letter)
                assert status == "OK"

    def unread(self, user: str) -> int:
        """How many letters nobody has marked as read."""
        with self.mailbox(user) as line:
            line.select("INBOX", readonly=True)
            _, found = line.search(None, "UNSEEN")
            return len(found[0].split())


@dataclass(frozen=True)
class Received:
    """One letter as the receiving server saw it."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def letter(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def text(self) -> str:
        """The plain words of the letter."""
        body = self.letter.get_body(("plain", "html"))
        return str(body.get_content()) if body else ""


@dataclass
class Sink:
    """An SMTP server that accepts everything and remembers it."""

    letters: list[Received] = field(default_factory=list)
    answer: str = "250 kept"
    _news: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    @property
    def port(self) -> int:
        return int(self.controller.port)

    def start(self) -> None:
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Called by aiosmtpd for each letter."""
        if self.answer.startswith("2"):
            with self._news:
                self.letters.append(
                    Received(envelope.mail_from, tuple(envelope.rcpt_tos), bytes(envelope.content))
                )
                self._news.notify_all()
        return self.answer

    def to(self, address: str) -> list[Received]:
        """All letters that this address received, oldest first."""
        return [found for found in self.letters if address in found.recipients]

    def wait_for(
        self, address: str, holds: Callable[[Received], bool] = lambda _: True, seconds: float = 15
    ) -> Received:
        """The first letter to an address for which a condition holds. Raises AssertionError."""
        deadline = time.monotonic() + seconds
        with self._news:
            while True:
                if fitting := [found for found in self.to(address) if holds(found)]:
                    return fitting[0]
                left = deadline - time.monotonic()
                subjects = [found.letter["Subject"] for found in self.to(address)]
                assert left > 0, f"No such letter to {address}; there are {subjects}."
                self._news.wait(left)


def letter(
    *,
    sender: str,
    to: str,
    subject: str,
    text: str,
    message_id: str,
    in_reply_to: str = "",
    headers: dict[str, str] | None = None,
) -> bytes:
    """A plain letter as a person's mail program writes it."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Message-ID"] = message_id
    if in_reply_to:
        made["In-Reply-To"] = made["References"] = in_reply_to
    for name, value in (headers or {}).items():
        made[name] = value
    made.set_content(text)
    return made.as_bytes()


def send(port: int, raw: bytes, *, sender: str, to: str) -> None:
    """Hand a letter to an SMTP listener on this machine."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="post.example", timeout=15) as line:
        line.sendmail(sender, [to], raw)
