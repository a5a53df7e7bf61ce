"""The mail server of the demo's customers: it takes what Libin sends and keeps it for their mailbox."""

from typing import Any

from aiosmtpd.controller import Controller
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

from libin.config.demo.models import ReceivedMail
from libin.kernel import clock

MAX_BYTES = 20 * 1024 * 1024


class _Handler:
    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await sync_to_async(_keep)(list(envelope.rcpt_tos), bytes(envelope.content))
        return "250 kept"


def _keep(recipients: list[str], raw: bytes) -> None:
    close_old_connections()
    ReceivedMail.objects.create(
        recipients=[address.lower() for address in recipients], raw=raw, at=clock.now()
    )


def start() -> Controller:
    """Listen on the address that Libin sends its mail to. Raises OSError when it is taken."""
    controller = Controller(
        _Handler(),
        hostname=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        data_size_limit=MAX_BYTES,
    )
    controller.start()
    return controller
