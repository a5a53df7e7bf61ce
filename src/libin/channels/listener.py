"""Our own SMTP door for mail: takes what is for our mailboxes, and says yes only when it is committed."""

import asyncio
import functools
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST_MAIL_BYTES = 50 * 1024 * 1024
MOST_RECIPIENTS = 100
IDLE_SECONDS = 120.0

P = ParamSpec("P")
T = TypeVar("T")
Find = Callable[[Sequence[str]], Mapping[str, int]]
"""Which of some recipients are ours, with the number of their mailbox."""
Keep = Callable[[int, bytes, Sequence[str]], int]
"""Commits one mail for a mailbox: its number, the bytes, the recipients."""


class Door:
    """The conversation of aiosmtpd; its calls into the database run in one thread, on one connection."""

    def __init__(self, find: Find, keep: Keep) -> None:
        self._find = find
        self._keep = keep
        self.worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="smtp-door")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept an address of ours."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if not address.isascii() or len(address) > 320:
            return "550 5.1.1 No such mailbox here"
        try:
            known = await self._in_thread(self._find, [address])
        except Exception:
            return "451 4.3.0 Try again later"
        if address not in known:
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Commit the mail once for each of its mailboxes, then say so."""
        raw = envelope.content or b""
        if isinstance(raw, str):
            raw = raw.encode("utf-8", "surrogateescape")
        try:
            await self._in_thread(self._commit, raw, list(envelope.rcpt_tos))
        except Exception:
            return "451 4.3.0 Try again later"
        return "250 2.0.0 OK, committed"

    async def _in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        call = functools.partial(function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self.worker, call)

    def _commit(self, raw: bytes, recipients: list[str]) -> None:
        by_mailbox: dict[int, list[str]] = {}
        for recipient, mailbox_id in self._find(recipients).items():
            by_mailbox.setdefault(mailbox_id, []).append(recipient)
        if not by_mailbox:
            raise LookupError("no mailbox")
        for mailbox_id, addressed in by_mailbox.items():
            self._keep(mailbox_id, raw, addressed)


class Listener:
    """The door on a host and port, in a thread of its own."""

    def __init__(
        self,
        find: Find,
        keep: Keep,
        *,
        host: str,
        port: int,
        name: str = "localhost",
        done: Callable[[], None] = lambda: None,
    ) -> None:
        self._door = Door(find, keep)
        self._done = done
        # Without a name of its own the library asks the DNS for one, which may take long.
        self._controller = Controller(
            self._door,
            hostname=host,
            port=port,
            data_size_limit=LARGEST_MAIL_BYTES,
            enable_SMTPUTF8=True,
            server_hostname=name,
            ident="Libin",
            timeout=IDLE_SECONDS,
        )

    def start(self) -> None:
        """Open the door. Raises OSError when the port is taken."""
        self._controller.start()

    def stop(self) -> None:
        """Close it; the mail under way is finished, then the thread lets go of what it holds."""
        self._controller.stop()
        self._door.worker.submit(self._done).result()
        self._door.worker.shutdown()
