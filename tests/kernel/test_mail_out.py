"""Mail leaves once, keeps its name, and a refused one is kept with the server's answer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.test import override_settings

from libin.kernel import files, mail
from libin.kernel.models import FactRecord, OutgoingMail, StoredFile
from tests.harness.ports import free_port

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


class Server:
    """A mail server that keeps what it takes and answers as it is told."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.answer = "250 taken"
        self.on_sender = "250 sender ok"
        self.on_reader = "250 reader ok"

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.on_sender

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.on_reader.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.on_reader

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.taken.append(envelope)
        return self.answer


@pytest.fixture
def server() -> Iterator[Server]:
    handler = Server()
    port = free_port()
    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=port,
        auth_require_tls=False,
        authenticator=lambda *_: AuthResult(success=False, handled=False),
    )
    controller.start()
    with override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=port):
        yield handler
    controller.stop()


def write(**changed: Any) -> OutgoingMail:
    said: dict[str, Any] = {
        "to": ["wang@customer.example"],
        "subject": "您的来信：退款🙂",
        "text": "您好，已收到。",
        "at": AT,
    }
    return mail.post(**(said | changed))


def test_a_mail_arrives_as_it_was_written(server: Server) -> None:
    bill = files.keep("发票".encode(), name="发票.pdf", media_type="application/pdf", at=AT)
    written = write(
        html="<p>您好</p>",
        headers={"In-Reply-To": "<a@customer.example>"},
        attachments=[mail.Attached(bill.pk, "发票.pdf", "application/pdf")],
    )
    assert mail.send_next(AT)
    message = message_from_bytes(server.taken[0].content, policy=policy.default)
    assert message["Subject"] == "您的来信：退款🙂"
    assert message["Message-ID"] == written.message_id
    assert message["In-Reply-To"] == "<a@customer.example>"
    assert [part.get_filename() for part in message.iter_attachments()] == ["发票.pdf"]
    written.refresh_from_db()
    assert written.state == "sent"


def test_nothing_leaves_before_its_time_or_twice(server: Server) -> None:
    write(send_after=AT + timedelta(seconds=15))
    assert not mail.send_next(AT)
    assert mail.next_due() == AT + timedelta(seconds=15)
    assert mail.send_next(AT + timedelta(seconds=15))
    assert not mail.send_next(AT + timedelta(hours=1))
    assert len(server.taken) == 1


def test_a_mail_can_be_taken_back_until_it_leaves(server: Server) -> None:
    written = write(send_after=AT + timedelta(seconds=15))
    assert mail.cancel(mail_id=written.pk)
    assert not mail.send_next(AT + timedelta(hours=1))
    assert not mail.cancel(mail_id=written.pk)


def test_a_final_refusal_is_kept_with_its_words_and_can_be_sent_again(server: Server) -> None:
    server.answer = "550 no such mailbox"
    written = write()
    mail.send_next(AT)
    written.refresh_from_db()
    assert (written.state, written.answer) == ("failed", "550 no such mailbox")
    server.answer = "250 taken"
    assert mail.send_again(mail_id=written.pk, at=AT)
    assert mail.send_next(AT)
    assert server.taken[0].content.count(written.message_id.encode()) == 1


def test_a_refused_reader_is_final(server: Server) -> None:
    server.on_reader = "550 nobody here"
    written = write()
    mail.send_next(AT)
    written.refresh_from_db()
    assert (written.state, written.answer) == ("failed", "550 nobody here")
    (said,) = FactRecord.objects.filter(name="kernel.mail_failed")
    assert said.body == {"mail_id": written.pk}


def test_a_wrong_password_of_ours_loses_no_mail(server: Server) -> None:
    written = write()
    with override_settings(EMAIL_HOST_USER="libin", EMAIL_HOST_PASSWORD="wrong"):
        mail.send_next(AT)
    written.refresh_from_db()
    assert (written.state, written.attempts) == ("queued", 1)
    assert written.answer.startswith("535")
    assert not FactRecord.objects.filter(name="kernel.mail_failed").exists()
    assert mail.send_next(written.send_after)
    written.refresh_from_db()
    assert written.state == "sent"


def test_a_sender_the_server_does_not_want_loses_no_mail(server: Server) -> None:
    server.on_sender = "550 you may not send for that address"
    written = write()
    mail.send_next(AT)
    written.refresh_from_db()
    assert (written.state, written.answer) == ("queued", "550 you may not send for that address")


def test_a_mail_whose_file_is_gone_ends_failed_and_keeps_nobody_waiting(server: Server) -> None:
    bill = files.keep(b"x", name="x.pdf", media_type="application/pdf", at=AT)
    broken = write(attachments=[mail.Attached(bill.pk, "x.pdf", "application/pdf")])
    StoredFile.objects.filter(pk=bill.pk).delete()
    good = write()
    assert mail.send_next(AT)
    assert mail.send_next(AT)
    good.refresh_from_db()
    assert good.state == "sent"
    for _ in range(mail.MAX_ATTEMPTS - 1):
        broken.refresh_from_db()
        assert broken.state == "queued"
        assert mail.send_next(broken.send_after)
    broken.refresh_from_db()
    assert (broken.state, broken.answer) == ("failed", "DoesNotExist")
    assert not mail.send_next(AT + timedelta(days=9))


def test_a_mail_that_kills_its_worker_each_time_ends_failed(server: Server) -> None:
    written = write()
    for attempt in range(mail.MAX_ATTEMPTS):
        assert mail.claim(AT + attempt * mail.LEASE)
    assert mail.send_next(AT + mail.MAX_ATTEMPTS * mail.LEASE)
    written.refresh_from_db()
    assert (written.state, written.answer) == ("failed", "died")
    assert not server.taken


def test_a_passing_refusal_is_tried_again_later(server: Server) -> None:
    server.answer = "451 come back later"
    written = write()
    mail.send_next(AT)
    written.refresh_from_db()
    assert (written.state, written.attempts) == ("queued", 1)
    assert written.send_after > AT


def test_a_server_that_is_away_loses_nothing() -> None:
    with override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=9):
        written = write()
        mail.send_next(AT)
    written.refresh_from_db()
    assert (written.state, written.answer) == ("queued", "ConnectionRefusedError")


@pytest.mark.parametrize("bad", ["a\r\nBcc: x@evil.example", "a\nb", "a\0b", "\r"])
@pytest.mark.parametrize("where", ["subject", "to", "sender", "headers", "message_id"])
def test_no_header_can_be_smuggled_in(bad: str, where: str) -> None:
    value: Any = {"to": [bad], "headers": {"X-Note": bad}}.get(where, bad)
    with pytest.raises(mail.HeaderNotClean):
        write(**{where: value})
    assert OutgoingMail.objects.count() == 0


def test_automatic_mail_always_says_so(server: Server) -> None:
    write(automatic=True)
    mail.send_next(AT)
    message = message_from_bytes(server.taken[0].content, policy=policy.default)
    assert message["Auto-Submitted"] == "auto-replied"


def test_a_mail_claimed_by_a_worker_that_died_is_sent_after_the_lease(server: Server) -> None:
    write()
    assert mail.claim(AT)
    assert not mail.send_next(AT + timedelta(seconds=30))
    assert mail.send_next(AT + mail.LEASE)
