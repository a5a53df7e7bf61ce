"""A service centre with one mailbox, and the way mail comes into it."""

from collections.abc import Callable
from datetime import UTC, datetime

from libin.channels.actions.mailboxes import MailboxSettings, save_mailbox
from libin.channels.actions.receiving import keep_mail
from libin.channels.models import InboundMail, Mailbox
from libin.kernel import clock, queue
from libin.kernel.access import SYSTEM
from tests.fixtures.mail.letters import HELP

MORNING = datetime(2026, 3, 5, 2, 0, tzinfo=UTC)
"""A Thursday, 10:00 in Shanghai."""

Arrive = Callable[..., InboundMail]


def set_up_mailbox() -> Mailbox:
    """Our first mailbox; its mail comes by our own SMTP door."""
    return save_mailbox(
        settings=MailboxSettings(
            name="海港客服",
            address=HELP,
            way=Mailbox.Way.LISTENER,
            authserv_id="mx.harbour.example",
        ),
        by=SYSTEM,
        at=MORNING,
    )


def hand_in(raw: bytes, *, envelope_to: tuple[str, ...] = (), to: Mailbox) -> InboundMail:
    """Keep a mail and do everything it causes; returns its row."""
    number = keep_mail(
        mailbox_id=to.pk, raw=raw, envelope_to=envelope_to, by=SYSTEM, at=clock.now()
    )
    work()
    return InboundMail.objects.get(pk=number)


def work() -> None:
    """Everything that is owed now."""
    while queue.run_all(queue.Lane.OUTSIDE) or queue.run_all(queue.Lane.INSIDE):
        pass
