"""A thousand mails come in through the SMTP listener: none lost, none doubled, how many a second."""

import os
import smtplib
import time
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import django
from django.db import connection

from bench.corpus import Corpus

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "libin.config.settings")
django.setup()

from libin.channels.actions.mailboxes import MailboxSettings, save_mailbox  # noqa: E402 - Django is set up first
from libin.channels.models import Mailbox  # noqa: E402
from libin.kernel import clock  # noqa: E402
from libin.kernel.access import SYSTEM  # noqa: E402

PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of the mails."""

    sent: int
    arrived: int
    doubled: int
    accepted_per_second: float
    cases_per_second: float


def open_door(address: str) -> None:
    """Have Libin take mail for this address through its SMTP listener."""
    if not Mailbox.objects.filter(address=address).exists():
        mailbox = MailboxSettings(name="bench", address=address, way=Mailbox.Way.LISTENER)
        save_mailbox(settings=mailbox, by=SYSTEM, at=clock.now())


def bring(count: int, *, port: int, to: str, mark: str) -> Brought:
    """Send `count` different mails, `mark` in each subject, and wait until they are messages of cases."""
    mails = [
        _mail(n, ticket.subject, ticket.messages[0].body, to, mark) for n, ticket in _some(count)
    ]
    begun = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as line:
        for sender, mail in mails:
            line.sendmail(sender, [to], mail)
    accepted = time.perf_counter() - begun
    deadline = clock.now() + PATIENCE
    while (arrived := _arrived(mark)) < count and clock.now() < deadline:
        time.sleep(0.25)
    took = time.perf_counter() - begun
    return Brought(
        sent=count,
        arrived=arrived,
        doubled=_doubled(mark),
        accepted_per_second=round(count / accepted, 1),
        cases_per_second=round(arrived / took, 1),
    )


def _some(count: int):
    return enumerate(Corpus(tickets=count, seed=20260102).tickets())


def _mail(number: int, subject: str, body: str, to: str, mark: str) -> tuple[str, bytes]:
    sender = f"{mark}{number}@customers.example"
    mail = EmailMessage()
    mail["From"] = f"王先生 <{sender}>"
    mail["To"] = to
    mail["Subject"] = f"{subject} {mark}-{number}"
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<{mark}.{number}@customers.example>"
    mail.set_content(body)
    return sender, mail.as_bytes()


def _arrived(mark: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT mail_message_id) FROM desk_message WHERE mail_message_id LIKE %s",
            [f"%{mark}.%@customers.example%"],
        )
        return int(cursor.fetchone()[0])


def _doubled(mark: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) - count(DISTINCT mail_message_id) FROM desk_message"
            " WHERE mail_message_id LIKE %s",
            [f"%{mark}.%@customers.example%"],
        )
        return int(cursor.fetchone()[0])
