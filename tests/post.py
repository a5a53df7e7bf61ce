"""The service centre's mailboxes, set up as an administrator would."""

from datetime import datetime

from libin.channels.actions.mailboxes import MailboxSettings, save_mailbox
from libin.channels.models import Mailbox
from libin.kernel.access import SYSTEM
from tests.people_named import HELP, IMAP_PASSWORD, SERVICE


def open_door(*, at: datetime) -> Mailbox:
    """Mail to the first address comes by our own SMTP door."""
    said = MailboxSettings(name="Harbour", address=HELP, way=Mailbox.Way.LISTENER)
    return save_mailbox(settings=said, by=SYSTEM, at=at)


def fetch_from(*, port: int, user: str, at: datetime) -> Mailbox:
    """Mail to the second address is fetched from a server on this machine."""
    said = MailboxSettings(
        name="Harbour post",
        address=SERVICE,
        host="127.0.0.1",
        port=port,
        security=Mailbox.Security.PLAIN,
        username=user,
        password=IMAP_PASSWORD,
    )
    return save_mailbox(settings=said, by=SYSTEM, at=at)
