"""Translations: compile them for use, and check that every word a person can see has one."""

import ast
import re
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[2]
LANGUAGE = "zh_Hans"
CATALOGUE = Path("locale") / LANGUAGE / "LC_MESSAGES" / "django.po"

CALLS = {
    "gettext": (0,),
    "gettext_lazy": (0,),
    "gettext_noop": (0,),
    "_": (0,),
    "ngettext": (0, 1),
    "ngettext_lazy": (0, 1),
    "pgettext": (-1, 1),
    "pgettext_lazy": (-1, 1),
    "npgettext": (-1, 1, 2),
    "npgettext_lazy": (-1, 1, 2),
}
STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
TEMPLATE_CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({STRING}(?:\s*,\s*{STRING})*)")
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]?\d*(?:\.\d+)?[a-zA-Z]|%[sd]|\{(\w*)\}")


@dataclass(frozen=True, order=True)
class Word:
    """One message as gettext knows it."""

    text: str
    context: str = ""
    plural: str = ""

    @property
    def key(self) -> str:
        """What the compiled catalogue is looked up by."""
        return f"{self.context}\x04{self.text}" if self.context else self.text


@dataclass(frozen=True)
class Entry:
    """One translated message of a catalogue."""

    word: Word
    translations: tuple[str, ...]
    fuzzy: bool
    line: int


class BadCatalogue(Exception):
    """A catalogue that cannot be read."""


# Reading a catalogue


def read(path: Path) -> list[Entry]:
    """All entries of a .po file, its header first. Raises BadCatalogue with file and line."""
    entries: list[Entry] = []
    fields: dict[str, str] = {}
    last, fuzzy, begun = "", False, 0
    for number, raw in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], 1):
        line = raw.strip()
        starts_anew = line.startswith(("#", "msgctxt", "msgid ")) or not line
        if starts_anew and "msgstr" in "".join(fields):
            entries.append(_entry(fields, fuzzy=fuzzy, line=begun))
            fields, fuzzy, begun = {}, False, 0
        if line.startswith("#,") and "fuzzy" in line:
            fuzzy = True
        if not line or line.startswith("#"):
            continue
        keyword, _, quoted = line.partition(" ") if not line.startswith('"') else (last, "", line)
        try:
            words = ast.literal_eval(quoted.strip())
        except (SyntaxError, ValueError) as problem:
            raise BadCatalogue(f"{path}:{number}: {line}") from problem
        last, begun = keyword, begun or number
        fields[keyword] = fields.get(keyword, "") + words
    return entries


def _entry(fields: dict[str, str], *, fuzzy: bool, line: int) -> Entry:
    word = Word(fields.get("msgid", ""), fields.get("msgctxt", ""), fields.get("msgid_plural", ""))
    said = tuple(text for keyword, text in sorted(fields.items()) if keyword.startswith("msgstr"))
    return Entry(word, said, fuzzy, line)


def apps(package: Path) -> list[Path]:
    """Every app, and every part of one that has a catalogue of its own, such as the demo."""
    own = {path.parents[len(CATALOGUE.parts) - 1] for path in package.rglob(str(CATALOGUE))}
    return sorted(own | {init.parent for init in package.glob("*/__init__.py")})


def app_of(path: Path, package: Path) -> Path:
    """Whose catalogue a file's words belong into."""
    above = [place for place in path.parents if place.is_relative_to(package) and place != package]
    return next((place for place in above if (place / CATALOGUE).exists()), above[-1])


# Compiling


def compiled(entries: Iterable[Entry]) -> bytes:
    """The same messages in the binary form (.mo) that gettext loads; unfinished ones are left out."""
    pairs = sorted(
        (_with_plural(entry.word).encode(), "\0".join(entry.translations).encode())
        for entry in entries
        if all(entry.translations) and not entry.fuzzy
    )
    keys = b"".join(key + b"\0" for key, _ in pairs)
    values = b"".join(value + b"\0" for _, value in pairs)
    table_at, keys_at = 28, 28 + 16 * len(pairs)
    values_at = keys_at + len(keys)
    key_table, value_table = [], []
    for key, value in pairs:
        key_table += [len(key), keys_at]
        value_table += [len(value), values_at]
        keys_at += len(key) + 1
        values_at += len(value) + 1
    header = (0x950412DE, 0, len(pairs), table_at, table_at + 8 * len(pairs), 0, keys_at)
    return struct.pack(f"<7I{4 * len(pairs)}I", *header, *key_table, *value_table) + keys + values


def _with_plural(word: Word) -> str:
    return f"{word.key}\0{word.plural}" if word.plural else word.key


def compile_all(package: Path = PACKAGE) -> int:
    """Compile every catalogue that changed. Returns how many were written."""
    written = 0
    for source in sorted(app / CATALOGUE for app in apps(package)):
        if not source.exists():
            continue
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime <= source.stat().st_mtime:
            unfinished = target.with_suffix(".mo.new")
            unfinished.write_bytes(compiled(read(source)))
            unfinished.replace(target)
            written += 1
    return written


# Finding what is said

Trees = dict[Path, ast.Module]


def trees_of(package: Path) -> Trees:
    """The syntax trees of all Python but migrations."""
    return {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(package.rglob("*.py"))
        if "migrations" not in path.parts
    }


def words_of_code(tree: ast.AST) -> Iterator[tuple[Word, int]]:
    """Messages given to gettext in a Python file, with their lines."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        places = CALLS.get(name)
        if places is None or not all(_is_text(node, abs(place)) for place in _arguments(places)):
            continue
        yield _word(places, [_text(arg) for arg in node.args]), node.lineno


def _arguments(places: tuple[int, ...]) -> Iterator[int]:
    for place in places:
        yield 0 if place < 0 else place


def _is_text(call: ast.Call, place: int) -> bool:
    return len(call.args) > place and bool(_text(call.args[place]))


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return ""


def _word(places: tuple[int, ...], texts: list[str]) -> Word:
    context = texts[0] if places[0] < 0 else ""
    said = [texts[place] for place in places if place >= 0]
    return Word(said[0], context, said[1] if len(said) > 1 else "")


def refusal_names(trees: Iterable[ast.AST], ancestor: str = "Refusal") -> set[str]:
    """Names of all classes that descend from an ancestor, wherever they stand."""
    bases = {
        node.name: {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {ancestor}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return found


def words_of_refusals(tree: ast.AST, refusals: set[str]) -> Iterator[tuple[Word, int]]:
    """The sentences of refusals: first paragraphs of their docstrings, on one line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name in refusals and ast.get_docstring(node):
            sentence = " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split())
            if PLACEHOLDER.sub("", sentence).strip():
                yield Word(sentence), node.lineno


def words_of_template(text: str, origin: str) -> Iterator[tuple[Word, int]]:
    """Messages of one Django template, with their lines."""
    plain = templatize(text, origin=origin)
    for call in TEMPLATE_CALL.finditer(plain):
        texts = [ast.literal_eval(found) for found in re.findall(STRING, call[2])]
        yield _word(CALLS[call[1]], texts), plain.count("\n", 0, call.start()) + 1


def words_of_app(app: Path, trees: Trees, package: Path = PACKAGE) -> dict[Word, str]:
    """Everything an app can say, each with the first place where it is said."""
    found: dict[Word, str] = {}
    refusals, told = refusal_names(trees.values()), refusal_names(trees.values(), "PostgresProblem")
    for path, tree in trees.items():
        here = path.is_relative_to(app) and app_of(path, package) == app
        said = [*words_of_code(tree), *words_of_refusals(tree, refusals)] if here else []
        # The command tells the database's problems, before Django could.
        said += words_of_refusals(tree, told) if app.name == "config" else []
        for word, line in said:
            found.setdefault(word, f"{path.relative_to(app.parent)}:{line}")
    for path in sorted(app.glob("**/templates/**/*")):
        if path.suffix in {".html", ".txt", ".svg"} and app_of(path, package) == app:
            for word, line in words_of_template(path.read_text(encoding="utf-8"), str(path)):
                found.setdefault(word, f"{path.relative_to(app.parent)}:{line}")
    return found


# Checking


def complaints(package: Path = PACKAGE) -> Iterator[str]:
    """What is missing or wrong in the translations, one sentence each, with its place."""
    trees = trees_of(package)
    for app in apps(package):
        said = words_of_app(app, trees, package)
        source = app / CATALOGUE
        entries = read(source) if source.exists() else []
        translated = {entry.word: entry for entry in entries}
        for word, place in sorted(said.items()):
            if word not in translated:
                yield f"{place}: not translated: {word.text!r}"
        for entry in entries:
            if entry.word.text:
                yield from _complaints_about(entry, f"{app.name}/{CATALOGUE}:{entry.line}", said)


def _complaints_about(entry: Entry, place: str, said: dict[Word, str]) -> Iterator[str]:
    word = entry.word
    if entry.fuzzy or not all(entry.translations):
        yield f"{place}: unfinished: {word.text!r}"
        return
    if word not in said:
        yield f"{place}: nobody says this any more: {word.text!r}"
    allowed = _placeholders(word.text) | _placeholders(word.plural)
    for translation in entry.translations:
        if (used := _placeholders(translation)) != allowed and not (
            word.plural and used <= allowed
        ):
            yield f"{place}: placeholders differ: {word.text!r}"


def _placeholders(text: str) -> set[str]:
    return {found[0] for found in PLACEHOLDER.finditer(text)}


def main(words: list[str]) -> int:
    """`compile` writes the .mo files; `check` names what is missing; `missing APP` prints entries to fill in."""
    match words:
        case ["compile"]:
            sys.stdout.write(f"{compile_all()} catalogues compiled\n")
            return 0
        case ["check"]:
            found = list(complaints())
            sys.stdout.write("".join(f"{line}\n" for line in found))
            sys.stdout.write(f"{len(found)} problems in the translations\n")
            return 1 if found else 0
        case ["missing", name]:
            sys.stdout.write(missing(PACKAGE / name))
            return 0
    sys.stderr.write(
        "usage: python -m libin.config.commands.messages compile | check | missing APP\n"
    )
    return 2


def missing(app: Path) -> str:
    """Catalogue entries, still empty, for what an app says without a translation."""
    source = app / CATALOGUE
    known = {entry.word for entry in read(source)} if source.exists() else set()
    blocks = []
    for word, place in sorted(words_of_app(app, trees_of(app.parent)).items()):
        if word in known:
            continue
        lines = [f"#: {place}"]
        lines += [f"msgctxt {_quoted(word.context)}"] if word.context else []
        lines += [f"msgid {_quoted(word.text)}"]
        lines += [f"msgid_plural {_quoted(word.plural)}"] if word.plural else []
        lines += ['msgstr[0] ""' if word.plural else 'msgstr ""']
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
