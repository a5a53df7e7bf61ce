"""Whatever is mailed to us, the reader answers in time or is replaced, and the next good mail is read."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from libin.channels.parsing import charsets, child, limits
from libin.channels.parsing.process import Parser, ParserGaveUp
from libin.channels.parsing.reading import Wish, read
from libin.channels.parsing.shape import ParsedMail
from tests.fixtures.mail.charsets import FFFD, TRICKS, ZH
from tests.fixtures.mail.hostile import BOMBS

SLACK_SECONDS = 5.0
"""For starting a child on a busy machine; the limit itself is `limits.SECONDS`."""


@pytest.fixture(scope="module")
def parser() -> Iterator[Parser]:
    shared = Parser()
    yield shared
    shared.close()


def good_mail() -> bytes:
    mail = EmailMessage()
    mail["From"] = "张三 <zhang@example.com>"
    mail["To"] = "help@example.com"
    mail["Subject"] = "退款申请"
    mail.set_content("我要退款")
    return mail.as_bytes()


def strings_of(mail: ParsedMail) -> Iterator[str]:
    people = (mail.sender, *mail.reply_to, *mail.to, *mail.cc)
    yield from (
        mail.message_id,
        mail.subject,
        mail.text,
        mail.own_text,
        mail.folded_text,
        mail.html,
    )
    yield from (*mail.references, *mail.in_reply_to, *mail.delivered_to)
    for person in people:
        yield from (person.name, person.email)
    for attached in mail.attachments:
        yield from (attached.name, attached.media_type, attached.content_id)


def test_the_set_is_as_large_as_the_one_it_is_measured_by():
    assert len(BOMBS) >= 36
    assert len(TRICKS) >= 20


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_or_given_up_in_time(parser: Parser, name: str):
    raw = BOMBS[name]()
    began = time.monotonic()
    try:
        mail = parser.read(raw)
    except ParserGaveUp:
        pass
    else:
        assert len(mail.text) <= limits.TEXT_CHARACTERS
        assert len(mail.html.encode()) <= 4 * limits.HTML_BYTES
        for text in strings_of(mail):
            assert text == charsets.clean(text)
    assert time.monotonic() - began < limits.SECONDS + SLACK_SECONDS
    assert parser.read(good_mail()).own_text == "我要退款"


@pytest.mark.parametrize(
    "name",
    [
        "nested_multiparts",
        "many_parts",
        "rfc2231_continuations",
        "many_addresses",
        "nested_comments",
        "deep_html",
        "unclosed_comments",
        "many_headers",
        "large_html",
        "one_long_header",
        "all_bytes",
        "nothing",
    ],
)
def test_most_bombs_are_even_read(name: str):
    mail = read(BOMBS[name](), Wish())
    assert mail.text is not None


def test_a_mail_that_takes_too_long_costs_only_itself():
    parser = Parser(seconds=0.0005)
    with pytest.raises(ParserGaveUp):
        parser.read(BOMBS["large_base64"]())
    parser.close()
    patient = Parser()
    assert patient.read(good_mail()).subject == "退款申请"
    patient.close()


def test_a_mail_that_takes_too_much_memory_costs_only_itself():
    parser = Parser(memory=90 * 1024 * 1024, seconds=20)
    with pytest.raises(ParserGaveUp):
        parser.read(b"Subject: x\r\n\r\n" + b"y" * 120_000_000)
    assert parser.read(good_mail()).subject == "退款申请"
    parser.close()


def test_a_child_that_dies_is_replaced(parser: Parser):
    parser.read(good_mail())
    process = parser._process
    assert process is not None
    process.kill()
    process.wait()
    assert parser.read(good_mail()).subject == "退款申请"
    assert parser._process is not process


def test_the_child_is_reused_between_mails(parser: Parser):
    parser.read(good_mail())
    process = parser._process
    parser.read(good_mail())
    assert parser._process is process


def test_the_child_knows_neither_django_nor_any_secret():
    told = subprocess.run(
        [sys.executable, "-c", f"import {child.__name__}, sys; print('django' in sys.modules)"],
        env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        check=True,
        text=True,
    )
    assert told.stdout.strip() == "False"
    parser = Parser()
    parser.read(good_mail())
    assert parser._process is not None
    known = Path(f"/proc/{parser._process.pid}/environ").read_text(encoding="utf-8")
    parser.close()
    assert {line.partition("=")[0] for line in known.split("\0") if line} <= {
        "PYTHONPATH",
        "PYTHONUTF8",
        "MALLOC_ARENA_MAX",
    }


@pytest.mark.row("K5")
@pytest.mark.parametrize(
    ("name", "declared", "data", "words"), TRICKS, ids=[one[0] for one in TRICKS]
)
def test_text_is_kept_whatever_its_set_is_called(name: str, declared: str, data: bytes, words: str):
    kind = f"; charset={declared}".encode("latin-1") if declared else b""
    mail = read(
        b"From: a@example.com\r\nContent-Type: text/plain" + kind + b"\r\n\r\n" + data, Wish()
    )
    assert words in mail.text
    assert mail.text


@pytest.mark.parametrize(
    ("name", "declared", "data", "words"), TRICKS, ids=[one[0] for one in TRICKS]
)
def test_text_in_a_subject_is_kept_as_well(name: str, declared: str, data: bytes, words: str):
    if len(declared) > 60 or "\0" in declared or not declared:
        declared = "utf-8"
    if name in ("noise", "nul in text", "overlong utf-8", "utf-16 with mark"):
        return_words = ""
    else:
        return_words = words
    word = (
        b"=?"
        + declared.strip('"').encode("latin-1")
        + b"?Q?"
        + b"".join(b"=%02X" % byte for byte in data)
        + b"?="
    )
    mail = read(b"From: a@example.com\r\nSubject: " + word + b"\r\n\r\nx", Wish())
    assert return_words in mail.subject or FFFD in mail.subject
    assert "\n" not in mail.subject


def test_raw_bytes_in_a_header_are_read():
    mail = read(
        "From: 张三 <z@example.com>\r\nSubject: 退款申请，请尽快处理\r\n\r\nx".encode("gbk"), Wish()
    )
    assert mail.sender.name == "张三"
    assert mail.subject == "退款申请，请尽快处理"


def test_a_character_split_over_two_encoded_words_is_joined():
    data = ZH.encode("gbk")
    words = b" ".join(
        b"=?gb2312?Q?" + b"".join(b"=%02X" % byte for byte in data[at : at + 7]) + b"?="
        for at in range(0, len(data), 7)
    )
    assert read(b"From: a@example.com\r\nSubject: " + words + b"\r\n\r\nx", Wish()).subject == ZH
