"""What leaves us arrives as one clean mail: no value of a stranger becomes a header, a recipient or a command."""

import email
import email.policy
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
from django.conf import settings

from libin.channels import letters
from libin.channels.parsing import headers
from libin.channels.parsing.reading import Wish, read
from libin.kernel import mail
from libin.kernel.models import OutgoingMail
from tests.channels.service import MORNING
from tests.fixtures.mail.servers import Sink, free_port, smtp_sink

INJECTIONS = [
    "x\r\nBcc: evil@evil.example",
    "x\nBcc: evil@evil.example",
    "x\rBcc: evil@evil.example",
    "x\r\n\r\n<script>alert(1)</script>",
    "x\n\nsecond body",
    "x\0y",
    "x\r\n Bcc: folded@evil.example",
    "x\r\n\tBcc: folded@evil.example",
    "=?utf-8?q?x=0D=0ABcc:_evil@evil.example?=",
    "=?utf-8?b?eA0KQmNjOiBldmlsQGV2aWwuZXhhbXBsZQ==?=",
    "x\u2028Bcc: evil@evil.example",
    "x\u0085Bcc: evil@evil.example",
    "x\x0bBcc: evil@evil.example",
    "x\x0cBcc: evil@evil.example",
    "x\x1cBcc: evil@evil.example",
    "\r\n.\r\nMAIL FROM:<evil@evil.example>",
    "x> \r\nRCPT TO:<evil@evil.example>",
    "a, evil@evil.example",
    'x" <evil@evil.example>, "y',
    "x\r\nContent-Type: text/html",
]
"""Values in which a second header, a recipient or a command hides."""


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with smtp_sink(port=free_port()) as running:
        yield running


@pytest.fixture
def send(
    morning: object, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., EmailMessage]:
    """Posts a mail, has it sent, and gives it as it arrived."""
    monkeypatch.setattr(settings, "EMAIL_HOST", "127.0.0.1")
    monkeypatch.setattr(settings, "EMAIL_PORT", sink.port)
    monkeypatch.setattr(settings, "LIBIN_MAIL_DOMAIN", "harbour.example")

    def go(**values: object) -> EmailMessage:
        sink.mails.clear()
        sink.recipients.clear()
        said: dict[str, object] = {
            "to": ["li@example.com"],
            "subject": "x",
            "text": "y",
            "at": MORNING,
        }
        mail.post(**{**said, **values})  # type: ignore[arg-type]
        assert mail.send_next(MORNING)
        (raw,) = sink.mails
        return email.message_from_bytes(raw, policy=email.policy.default)

    return go


def test_the_set_is_as_large_as_the_one_it_is_measured_by():
    assert len(INJECTIONS) >= 19


def clean(arrived: EmailMessage, sink: Sink) -> None:
    assert sink.recipients == [["li@example.com"]]
    assert arrived["Bcc"] is None
    assert len(arrived.get_all("Subject", [])) == 1
    assert arrived.get_content_type() in ("text/plain", "multipart/alternative")


@pytest.mark.row("K5")
@pytest.mark.parametrize("value", INJECTIONS, ids=range(len(INJECTIONS)))
def test_no_subject_of_a_customer_becomes_a_header(
    send: Callable[..., EmailMessage], sink: Sink, value: str
):
    clean(send(subject=letters.answer_subject(value, "000001")), sink)


@pytest.mark.parametrize("value", INJECTIONS, ids=range(len(INJECTIONS)))
def test_no_text_of_ours_becomes_a_header_or_a_command(
    send: Callable[..., EmailMessage], sink: Sink, value: str
):
    html = letters.html_of(value, number="000001", language="en")
    clean(send(text=letters.text_of(value, number="000001", language="en"), html=html), sink)
    assert "<script" not in html


@pytest.mark.parametrize("value", INJECTIONS, ids=range(len(INJECTIONS)))
@pytest.mark.parametrize(
    "name", ["Subject", "From", "To", "Message-ID", "References", "Reply-To", "X-Any"]
)
def test_what_we_read_from_a_header_is_one_line(name: str, value: str):
    mail_in = read(f"{name}: {value}\r\n\r\nbody".encode(), Wish())
    for text in (
        mail_in.subject,
        mail_in.sender.name,
        mail_in.sender.email,
        mail_in.message_id,
        *mail_in.references,
    ):
        assert text == headers.one_line(text)
        assert not set("\r\n\0") & set(text)


def test_automatic_mail_says_so_and_other_mail_does_not(send: Callable[..., EmailMessage]):
    assert send(automatic=True)["Auto-Submitted"] == "auto-replied"
    assert send()["Auto-Submitted"] is None


def test_a_letter_reads_the_same_in_text_and_html():
    text = "您好，\n\n请看 https://example.com/a?b=1&c=2\n谢谢"
    html = letters.html_of(text, number="000123", language="zh-hans")
    assert "000123" in html
    assert 'href="https://example.com/a?b=1&amp;c=2"' in html
    assert "<style" not in html
    assert "style=" in html
    assert "您好，" in letters.text_of(text, number="000123", language="zh-hans")


def test_marks_of_answers_do_not_pile_up():
    assert letters.answer_subject("Re: 回复：Re[2]: 退款", "000001") == "Re: 退款 [000001]"


def test_a_mail_that_cannot_be_sent_stays_with_its_reason(
    send: Callable[..., EmailMessage], sink: Sink
):
    sink.answer = "554 5.7.1 refused"
    try:
        mail.post(to=["li@example.com"], subject="x", text="y", at=MORNING)
        mail.send_next(MORNING)
    finally:
        sink.answer = "250 OK"
    row = OutgoingMail.objects.get()
    assert row.state == OutgoingMail.State.FAILED
    assert "5.7.1" in row.answer


SINKS = ("to", "subject", "sender", "message_id", "header", "reply_to")


@pytest.mark.parametrize("where", SINKS)
@pytest.mark.parametrize("value", INJECTIONS, ids=range(len(INJECTIONS)))
def test_what_is_not_clean_is_refused_or_arrives_as_plain_words(
    send: Callable[..., EmailMessage], sink: Sink, where: str, value: str
):
    """The last wall, in the outbox itself, for every place a value can go."""
    said: dict[str, object] = {
        "to": {"to": [value]},
        "subject": {"subject": value},
        "sender": {"sender": f"{value} <help@harbour.example>"},
        "message_id": {"message_id": f"<{value}@x>"},
        "header": {"headers": {"X-Note": value}},
        "reply_to": {"headers": {"Reply-To": value}},
    }[where]  # type: ignore[assignment]
    try:
        arrived = send(**said)
    except (mail.HeaderNotClean, ValueError, AssertionError):
        assert not sink.mails
        return
    assert arrived["Bcc"] is None
    assert all("evil@evil.example" not in to for to in sink.recipients[0])


@pytest.mark.row("K5")
def test_long_message_ids_of_other_systems_arrive_whole(
    send: Callable[..., EmailMessage], sink: Sink
):
    """Exchange writes ids of a hundred characters; cut or encoded they no longer thread."""
    long = f"<{'BYAPR01MB1234' * 6}@BYAPR01MB1234.prod.exchangelabs.example>"
    send(headers={"In-Reply-To": long, "References": f"{long} <short@x.example>"})
    unfolded = sink.mails[0].replace(b"\r\n ", b" ")
    assert f"In-Reply-To: {long}".encode() in unfolded
    assert f"References: {long} <short@x.example>".encode() in unfolded
