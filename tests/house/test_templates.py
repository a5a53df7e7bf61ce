"""Templates hold no script, no style, no unmarked word and no text called safe."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests.house import sources

TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
COMMENT = re.compile(r"{% comment.*?{% endcomment %}", re.DOTALL)
TRANSLATED = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
# Blocks whose content is a class, never a word.
SHAPE = re.compile(r"{% block (width|shape|body_class|page_class) %}[a-z -]*{% endblock[^%]*%}")
LETTERS = re.compile(r"[A-Za-z]{2,}")
READ_ALOUD = {"alt", "aria-label", "aria-description", "placeholder", "title", "summary", "label"}
# Words that are the same in every language, and samples on the living page of components.
NOT_WORDS = re.compile(
    r"\b(Libin|CSV|PDF|SLA|CSAT|NPS|IMAP|SMTP|TOTP|QR|ID|URL|Ctrl|Alt|Esc|Enter|Shift|Cmd|Tab|API)\b"
)
MAIL = ("mail/", "email/")


def pages() -> list[Path]:
    return [path for path in sources.templates() if path.suffix == ".html"]


def name(path: Path) -> str:
    return str(path.relative_to(sources.PACKAGE))


class Reader(HTMLParser):
    """Gathers what the strict content policy or a translator would object to."""

    def __init__(self) -> None:
        super().__init__()
        self.objections: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script" and "src" not in values:
            self.objections.append("a script in the page")
        if tag in {"style", "base", "object", "embed"}:
            self.objections.append(f"<{tag}>")
        for attribute, value in attrs:
            if (
                attribute == "style"
                or re.match(r"on[a-z]+$", attribute)
                or attribute.startswith("hx-on")
            ):
                self.objections.append(f"{attribute}= on <{tag}>")
            if re.match(r"\s*(javascript|data|vbscript):", value or "", re.I):
                self.objections.append(f"{attribute}={value}")
            if attribute in READ_ALOUD and (words := _words(value or "")):
                self.objections.append(f"{attribute} not translated: {words}")
            if attribute in {"src", "href", "action"} and re.match(r"(https?:)?//", value or ""):
                self.objections.append(f"{attribute} leaves the house: {value}")
        self.silent += tag in {"code", "pre", "kbd", "svg"}

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"code", "pre", "kbd", "svg"}

    def handle_data(self, data: str) -> None:
        if not self.silent and (words := _words(data)):
            self.objections.append(f"not translated: {words}")


def _words(text: str) -> str:
    return " ".join(text.split()) if LETTERS.search(NOT_WORDS.sub("", text)) else ""


def objections(text: str) -> list[str]:
    """What is wrong with the source of one template."""
    reader = Reader()
    plain = SHAPE.sub("", COMMENT.sub("", TRANSLATED.sub("", text)))
    reader.feed(TAG.sub("", plain))
    reader.close()
    return reader.objections


def test_pages_hold_neither_script_nor_style_nor_untranslated_words():
    found = {
        name(path): said
        for path in pages()
        if (said := objections(path.read_text(encoding="utf-8")))
    }
    mails = {where for where in found if any(place in where for place in MAIL)}
    # A mail client knows no stylesheet of ours; its styles are put in line when it is sent.
    for where in mails:
        found[where] = [
            said for said in found[where] if "<style>" not in said and "style=" not in said
        ]
    assert not {where: said for where, said in found.items() if said}


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>",
        '<p style="color:red"></p>',
        '<button onclick="go()"></button>',
        '<a href="javascript:go()"></a>',
        '<img src="https://example.com/a.png" alt="">',
        "<p>Close the case</p>",
        '<input placeholder="Search here">',
    ],
)
def test_a_careless_template_is_found(bad: str):
    assert objections(bad)


def test_no_template_calls_text_safe():
    unsafe = re.compile(r"\|\s*(safe|safeseq)\b|{%\s*autoescape\s+off")
    assert not {
        f"{name(path)}:{number}"
        for path in sources.templates()
        if path.suffix == ".html"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if unsafe.search(line)
    }


def test_every_form_that_writes_carries_a_token():
    form = re.compile(r"<form\b[^>]*method=[\"']?post[^>]*>.*?</form>", re.DOTALL | re.IGNORECASE)
    assert not {
        name(path)
        for path in pages()
        for found in form.findall(path.read_text(encoding="utf-8"))
        if "csrf_token" not in found
    }


def template_names() -> Iterator[str]:
    # The demo's own pages belong to an application that only the demo installs.
    for path in (path for path in pages() if "config/demo" not in name(path)):
        yield str(path).split("/templates/", 1)[1]


@pytest.mark.parametrize("template", sorted(template_names()))
def test_a_template_compiles(template: str):
    assert get_template(template).render is not None
