"""A person's own words are told from what her mail program adds, and nothing is thrown away."""

import time

import pytest

from libin.channels import quotes
from libin.channels.parsing import markup
from tests.fixtures.mail.replies import REPLIES


def _letters(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("name", REPLIES)
def test_own_words_are_found(name: str):
    whole, own = REPLIES[name]
    assert quotes.fold(whole).own == own


@pytest.mark.parametrize("name", REPLIES)
def test_own_and_folded_together_are_the_whole(name: str):
    whole, _ = REPLIES[name]
    folded = quotes.fold(whole)
    assert sorted(_letters(folded.own + folded.folded)) == sorted(_letters(whole))


@pytest.mark.parametrize("name", REPLIES)
def test_windows_line_ends_make_no_difference(name: str):
    whole, own = REPLIES[name]
    assert quotes.fold(whole.replace("\n", "\r\n")).own == own


def test_long_and_odd_texts_take_no_long_time():
    began = time.process_time()
    for odd in (
        "On " * 200_000,
        "> " * 200_000,
        "\n>" * 100_000,
        "在 2026 " * 50_000,
        "写道 " * 100_000,
        "于2026年\n" * 30_000,
        "发件人：\n" * 50_000,
        "-" * 500_000,
        "On 1 wrote\n" * 20_000,
    ):
        quotes.fold(odd)
    assert time.process_time() - began < 20


def test_html_is_folded_where_the_quote_begins():
    rich = (
        "<div><p>还没收到</p></div><div><div>发件人: 星河客服</div><div>发送时间: 2026</div>"
        "<div>收件人: 张三</div><div>主题: 退款</div></div><p>您好</p>"
    )
    own, folded = markup.fold(rich)
    assert "还没收到" in own
    assert "星河客服" not in own
    assert folded.index("星河客服") < folded.index("您好")
    for half in (own, folded):
        assert half.count("<div") == half.count("</div>")
        assert half.count("<p>") == half.count("</p>")


def test_html_of_gmail_is_folded():
    rich = (
        '<div dir="ltr">收到，谢谢！</div><br><div><div dir="ltr">星河客服 &lt;<a href="mailto:h@example.com">'
        "h@example.com</a>&gt; 于2026年3月5日周四 14:20写道：<br></div><blockquote>您好</blockquote></div>"
    )
    own, folded = markup.fold(rich)
    assert "谢谢" in own
    assert "写道" not in own
    assert "您好" in folded


def test_html_without_a_quote_stays_whole():
    assert markup.fold("<p>一</p><p>二</p>") == ("<p>一</p><p>二</p>", "")
