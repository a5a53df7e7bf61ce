"""Our own SMTP door takes what is for us, and says yes only to what is committed."""

import smtplib
from collections.abc import Iterator, Mapping, Sequence
from email.message import EmailMessage

import pytest
from django.conf import settings

from libin.channels import loops
from libin.channels.actions.mailboxes import MailboxSettings, save_mailbox
from libin.channels.listener import Listener
from libin.channels.models import InboundMail, Mailbox
from libin.channels.queries.addresses import listener_mailboxes
from libin.kernel.access import SYSTEM
from tests.cast import LI
from tests.channels.service import MORNING
from tests.fixtures.mail.letters import HELP, letter
from tests.fixtures.mail.servers import free_port

CARE = "care@harbour.example"


class Books:
    """What a door finds and keeps, without a database behind it."""

    def __init__(self) -> None:
        self.known = {HELP: 1, CARE: 2}
        self.kept: list[tuple[int, bytes, list[str]]] = []
        self.broken = False

    def find(self, recipients: Sequence[str]) -> Mapping[str, int]:
        return {one: self.known[one.lower()] for one in recipients if one.lower() in self.known}

    def keep(self, mailbox_id: int, raw: bytes, recipients: Sequence[str]) -> int:
        if self.broken:
            raise OSError("the database is away")
        self.kept.append((mailbox_id, raw, list(recipients)))
        return len(self.kept)


@pytest.fixture
def books() -> Books:
    return Books()


@pytest.fixture
def door(books: Books) -> Iterator[smtplib.SMTP]:
    port = free_port()
    listener = Listener(books.find, books.keep, host="127.0.0.1", port=port)
    listener.start()
    with smtplib.SMTP("127.0.0.1", port, "localhost", timeout=10) as line:
        yield line
    listener.stop()


@pytest.mark.row("K1")
def test_mail_for_us_is_taken_as_it_is(door: smtplib.SMTP, books: Books):
    raw = letter(LI).replace(b"\n", b"\r\n")
    door.sendmail(LI.email, [HELP], raw)
    ((mailbox, kept, recipients),) = books.kept
    assert (mailbox, recipients) == (1, [HELP])
    assert kept.rstrip() == raw.rstrip()


def test_mail_for_others_is_refused(door: smtplib.SMTP, books: Books):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        door.sendmail(LI.email, ["president@elsewhere.example"], letter(LI))
    assert refused.value.recipients["president@elsewhere.example"][0] == 550
    assert not books.kept


def test_no_yes_without_a_commit(door: smtplib.SMTP, books: Books):
    books.broken = True
    with pytest.raises(smtplib.SMTPDataError) as refused:
        door.sendmail(LI.email, [HELP], letter(LI))
    assert refused.value.smtp_code == 451


def test_one_mail_to_two_mailboxes_is_kept_for_each(door: smtplib.SMTP, books: Books):
    door.sendmail(LI.email, [HELP, CARE], letter(LI))
    assert [mailbox for mailbox, _, _ in books.kept] == [1, 2]


def test_a_bounce_without_sender_is_taken(door: smtplib.SMTP, books: Books):
    door.sendmail("", [HELP], letter(LI))
    assert len(books.kept) == 1


def test_too_large_a_mail_is_refused(door: smtplib.SMTP, books: Books):
    door.ehlo()
    assert int(door.esmtp_features["size"]) == 50 * 1024 * 1024
    code, _ = door.docmd("MAIL", f"FROM:<{LI.email}> SIZE={60 * 1024 * 1024}")
    assert code == 552


def test_too_many_recipients_are_refused(door: smtplib.SMTP, books: Books):
    books.known |= {f"a{n}@harbour.example": 1 for n in range(150)}
    refused = door.sendmail(LI.email, [f"a{n}@harbour.example" for n in range(150)], letter(LI))
    assert len(refused) == 50
    assert {code for code, _ in refused.values()} == {452}


@pytest.mark.parametrize(
    "smuggled",
    [b"\n.\nMAIL FROM:<x@y>\n", b"\r\n.\nRCPT TO:<x@y>\r\n", b"\n.\r\nDATA\r\n", b"\r.\rQUIT\r"],
)
def test_a_dot_on_an_odd_line_smuggles_no_second_mail(
    door: smtplib.SMTP, books: Books, smuggled: bytes
):
    door.ehlo()
    door.mail(LI.email)
    door.rcpt(HELP)
    code, _ = door.docmd("DATA")
    assert code == 354
    door.send(b"Subject: x\r\n\r\nbefore" + smuggled + b"after\r\n.\r\n")
    code, _ = door.getreply()
    assert code in (250, 500, 501, 553, 554)
    assert len(books.kept) <= 1
    assert all(b"after" in kept for _, kept, _ in books.kept)


def test_an_unknown_command_is_answered_without_a_word_about_us(door: smtplib.SMTP):
    code, words = door.docmd("XYZZY")
    assert code == 500
    assert b"Traceback" not in words


@pytest.fixture
def ours(morning: object) -> Mailbox:
    return save_mailbox(
        settings=MailboxSettings(name="客服", address=HELP, way=Mailbox.Way.LISTENER),
        by=SYSTEM,
        at=MORNING,
    )


@pytest.mark.parametrize(
    ("address", "is_ours"),
    [
        (HELP, True),
        (HELP.upper(), True),
        ("help+reply+1-aaaaaaaaaaaaaaaaaaaaaaaaaa@harbour.example", True),
        ("help+anything@harbour.example", True),
        ("helper@harbour.example", False),
        ("help@elsewhere.example", False),
        ("help%elsewhere.example@harbour.example", False),
        ("", False),
        ("@", False),
    ],
)
def test_our_addresses_are_known_with_and_without_a_tag(ours: Mailbox, address: str, is_ours: bool):
    assert listener_mailboxes([address]) == ({address: ours.pk} if is_ours else {})


def test_a_mailbox_out_of_use_takes_nothing(ours: Mailbox):
    Mailbox.objects.update(active=False)
    assert not listener_mailboxes([HELP])


@pytest.mark.django_db(transaction=True)
def test_the_worker_opens_the_door_and_commits_what_comes(monkeypatch: pytest.MonkeyPatch):
    """The door as the worker has it, with the database behind it."""
    port = free_port()
    monkeypatch.setattr(settings, "LIBIN_MAIL_IN_HOST", "127.0.0.1")
    monkeypatch.setattr(settings, "LIBIN_MAIL_IN_PORT", port)
    save_mailbox(
        settings=MailboxSettings(name="客服", address=HELP, way=Mailbox.Way.LISTENER),
        by=SYSTEM,
        at=MORNING,
    )
    door = loops.OwnDoor()
    door.open(MORNING)
    assert door.listener is not None
    try:
        mail = EmailMessage()
        mail["From"], mail["Subject"] = LI.email, "x"
        mail.set_content("y")
        with smtplib.SMTP("127.0.0.1", port, "localhost", timeout=10) as line:
            line.send_message(mail, to_addrs=[HELP])
    finally:
        door.close()
    assert InboundMail.objects.get().envelope_to == [HELP]
