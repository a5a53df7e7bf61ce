"""Every word a person can read exists in Chinese, and the documents name no machine."""

import re

from libin.config.commands import messages
from tests.house import sources

MACHINE = re.compile(r"(?<![\w.])/(work|root|tmp/[a-z]|home/[a-z]+)(/|\b)")
# Files about the operating system's own places.
ABOUT_PLACES = ("src/libin/kernel/postgres/", "tests/house/test_words.py", "docs/how-to/")
HOST = re.compile(
    r"https?://(?!127\.0\.0\.1|localhost)[\w.-]*(artifact|mirror|proxy|internal|nexus|pypi)[\w.-]*",
    re.I,
)
DOWNLOAD = re.compile(r'"resolved": "http|(--index-url|--find-links|@) *https?://')
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".ini",
    ".yaml",
    ".yml",
    ".json",
    ".lock",
    ".html",
    ".js",
    ".ts",
    ".css",
    ".po",
    ".sh",
}


def test_every_message_is_translated():
    assert not list(messages.complaints())


def test_catalogues_keep_placeholders_and_lose_nothing(tmp_path):
    catalogue = tmp_path / "django.po"
    catalogue.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "%(count)s cases"\nmsgstr "%(count)s 个工单"\n\n'
        'msgctxt "noun"\nmsgid ""\n"on"\n" hold"\nmsgstr "已暂停"\n\n#, fuzzy\nmsgid "old"\nmsgstr "旧"\n',
        encoding="utf-8",
    )
    entries = messages.read(catalogue)
    assert [entry.word.text for entry in entries] == ["", "%(count)s cases", "on hold", "old"]
    assert entries[2].word.key == "noun\x04on hold"
    wrong = messages.Entry(
        messages.Word("%(count)s cases"), ("%(number)s 个",), fuzzy=False, line=1
    )
    assert list(messages._complaints_about(wrong, "here", {wrong.word: "there"}))
    assert list(messages._complaints_about(entries[3], "here", {}))


def test_templates_are_read_for_words():
    text = (
        '{% load i18n %}{% translate "Open" %} {% blocktranslate count n=n %}one{% plural %}many'
        '{% endblocktranslate %} {{ x|default:_("None") }}'
    )
    found = {word.text: word.plural for word, _ in messages.words_of_template(text, "here")}
    assert found == {"Open": "", "one": "many", "None": ""}


def test_nothing_names_this_machine():
    found = []
    for path in sources.tracked():
        name = str(path.relative_to(sources.ROOT))
        if path.suffix not in TEXT or name.startswith(ABOUT_PLACES):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if MACHINE.search(line) or HOST.search(line):
                found.append(f"{name}:{number}")
    assert not found


def test_lock_files_hold_no_addresses():
    names = {str(path.relative_to(sources.ROOT)) for path in sources.tracked()}
    assert "uv.lock" not in names
    assert not [
        name
        for name in names
        if name.endswith((".lock", "-lock.json"))
        and DOWNLOAD.search((sources.ROOT / name).read_text())
    ]
