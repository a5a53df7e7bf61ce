"""A stranger's HTML is shown without running, fetching or hiding anything."""

import re

import pytest

from libin.channels.parsing import limits, markup
from libin.channels.parsing.reading import Wish, read

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='\u200bjavascript:alert(1)'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='//evil.example/'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href=cid:x>x</a>",
    "<iframe src=https://evil.example></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action=https://evil.example><input name=password><button>Log in</button></form>",
    "<style>@import 'https://evil.example/x.css'; body{display:none}</style>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example>",
    "<p style='background:url(https://evil.example/x)'>x</p>",
    "<p class=toast id=main>x</p>",
    "<table background=https://evil.example/x><tr><td background=https://evil.example/x>x</td></tr></table>",
    "<img srcset='https://evil.example/x 2x'>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<img src='https://evil.example/x.png' alt='\" onerror=alert(1) x=\"'>",
    "<img src='https://evil.example/x.png?\"onerror=alert(1)'>",
    "<img data-blocked='https://evil.example' data-cid=x onload=alert(1)>",
    "<video poster=https://evil.example/x src=x autoplay></video><audio src=https://evil.example/x>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<template><script>alert(1)</script></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<a href=https://x.example target=_top onclick=alert(1)>x</a>",
    "<p onmouseover=alert(1) hx-get=/x data-opens=x>x</p>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
]
_ALLOWED = re.compile(
    r"<(/?)(\w+)((?: (?:href|title|alt|width|height|colspan|rowspan|align|valign|dir|lang|rel|start|type|scope|span|"
    r"data-blocked|data-cid)=\"[^\"]*\")*)>"
)


def assert_harmless(clean: str) -> None:
    """Every tag is one of those we keep, with nothing but attributes we keep, and leads only where links may."""
    for tag in re.findall(r"<[^>]*>", clean):
        assert _ALLOWED.fullmatch(tag), tag
        assert not re.search(r"href=\"(?!https?:|mailto:|tel:)", tag)


@pytest.mark.row("K5")
@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_nothing_runs_and_nothing_is_fetched(attack: str):
    clean, _ = markup.sanitise(f"before {attack} after", {"x"})
    assert_harmless(clean)
    assert not re.search(r"<(script|style|svg|math|iframe|form|input|object|link|meta|base)", clean)
    assert "before" in clean


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_both_halves_of_a_folded_letter_are_as_harmless(attack: str):
    clean, _ = markup.sanitise(
        f"<div>mine{attack}</div><div>On Mon, 5 Mar 2026 14:20 A &lt;a@b.example&gt; wrote:</div><p>{attack}</p>",
        (),
    )
    for half in markup.fold(clean):
        assert_harmless(half)


def test_remote_images_are_counted_and_kept_back():
    clean, blocked = markup.sanitise(
        '<img src="https://t.example/p.gif?a=1&amp;b=2" alt="logo">', ()
    )
    assert blocked == 1
    assert clean == '<img data-blocked="https://t.example/p.gif?a=1&amp;b=2" alt="logo">'


def test_inline_images_point_to_their_file():
    raw = (
        b'From: a@example.com\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n'
        b'--x\r\nContent-Type: text/html\r\n\r\n<p>see <img src="cid:pic@1"> and <img src="cid:none"></p>\r\n'
        b"--x\r\nContent-Type: image/png\r\nContent-ID: <pic@1>\r\n\r\nPNG\r\n--x--\r\n"
    )
    mail = read(raw, Wish())
    assert 'data-cid="pic@1"' in mail.html
    assert "none" not in mail.html
    assert mail.attachments[0].inline


def test_links_tell_nobody_where_they_come_from():
    clean, _ = markup.sanitise('<a href="https://x.example/">x</a>', ())
    assert 'rel="noopener noreferrer nofollow"' in clean


def test_html_that_nests_too_deep_is_read_as_text():
    raw = b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + b"<div>" * 600 + b"words"
    mail = read(raw, Wish())
    assert mail.html == ""
    assert mail.text == "words"
    assert "html_too_deep" in mail.notes


def test_large_html_is_cut_and_says_so():
    raw = b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + b"<p>word</p>" * 200_000
    mail = read(raw, Wish())
    assert len(mail.html.encode()) <= limits.HTML_BYTES * 1.1
    assert "html_cut" in mail.notes


@pytest.mark.parametrize(
    ("rich", "words"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two", "one\ntwo"),
        ("a&nbsp;b &amp; c &lt;d&gt;", "a b & c <d>"),
        ("<style>p{}</style>x<script>y</script>", "x"),
        ("<title>t</title>x", "x"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<div>您好</div><div>谢谢</div>", "您好\n谢谢"),
    ],
)
def test_html_reads_as_text(rich: str, words: str):
    assert markup.to_text(rich) == words


def test_html_alone_gives_text_to_read():
    mail = read(
        "From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>我要退款</p>".encode(),
        Wish(),
    )
    assert mail.text == "我要退款"


def test_text_and_html_of_one_letter_are_not_doubled():
    raw = (
        b'From: a@b.example\r\nContent-Type: multipart/alternative; boundary="x"\r\n\r\n'
        b"--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>hello</p>\r\n--x--\r\n"
    )
    assert read(raw, Wish()).text == "hello"


def test_flowed_text_flows():
    raw = b"From: a@b.example\r\nContent-Type: text/plain; format=flowed\r\n\r\none \r\ntwo\r\n> q1 \r\n> q2\r\n"
    assert read(raw, Wish()).text == "one two\n> q1 q2"
