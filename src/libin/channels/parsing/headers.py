"""Header fields: splitting, encoded words, addresses, parameters; safe against every value a stranger sends."""

import binascii
import re
from collections.abc import Iterable

from libin.channels.parsing import charsets, limits
from libin.channels.parsing.shape import Address

Fields = list[tuple[str, bytes]]
"""Lower-case name and the unfolded raw value, in the order of the mail."""

_NAME = re.compile(rb"[!-9;-~]{1,100}")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)[ \t\r\n]+(=\?[^?\s]{1,60}\?[bBqQ]\?)")
_EMAIL = re.compile(
    r"[^\s@<>()\[\],;:\"\\\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\],;:\"\\/\x00-\x1f\x7f]{1,253}"
)
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f\u0085\u2028\u2029]+")
_CONTINUED = re.compile(r"([a-z0-9_-]{1,60})(?:\*(\d{1,4}))?(\*)?")
_NOT_BASE64 = bytes(
    sorted(
        set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
    )
)


def split(block: bytes) -> tuple[Fields, bool]:
    """The fields of a header block, and whether anything was left out because of a limit."""
    cut = len(block) > limits.HEADER_BLOCK_BYTES
    lines = (
        block[: limits.HEADER_BLOCK_BYTES]
        .replace(b"\r\n", b"\n")
        .replace(b"\r", b"\n")
        .split(b"\n")
    )
    fields: list[tuple[str, list[bytes]]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            if fields:
                fields[-1][1].append(line)
            continue
        name, colon, value = line.partition(b":")
        name = name.rstrip()
        if not colon or not _NAME.fullmatch(name):
            continue
        if len(fields) >= limits.HEADERS:
            cut = True
            break
        fields.append((name.decode("ascii").lower(), [value]))
    unfolded = []
    for key, pieces in fields:
        raw = b"".join(pieces).strip()
        cut = cut or len(raw) > limits.HEADER_VALUE_BYTES
        unfolded.append((key, raw[: limits.HEADER_VALUE_BYTES]))
    return unfolded, cut


def first(fields: Fields, name: str) -> bytes:
    """The topmost value of a field, empty when there is none."""
    return next((value for key, value in fields if key == name), b"")


def every(fields: Fields, name: str) -> list[bytes]:
    """All values of a field from top to bottom."""
    return [value for key, value in fields if key == name]


def one_line(text: str) -> str:
    """The text on one line: no CR, LF, NUL or other control character is left."""
    return _BREAKS.sub(" ", charsets.clean(text)).strip()


def base64_bytes(data: bytes) -> bytes:
    """Decoded base64 that may be dirty, cut, unpadded or several pieces in a row."""
    pieces = []
    for piece in data.translate(None, _NOT_BASE64).split(b"="):
        usable = piece[: len(piece) - (len(piece) % 4 == 1)]
        if usable:
            pieces.append(binascii.a2b_base64(usable + b"=" * (-len(usable) % 4)))
    return b"".join(pieces)


def text_of(raw: bytes, hint: str = "") -> str:
    """A header value as people read it, encoded words decoded, on one line."""
    return one_line(_decode_words(charsets.decode(raw, "", hint)))


def _decode_words(text: str) -> str:
    if "=?" not in text:
        return text
    text = _BETWEEN_WORDS.sub(r"\1\2", text)
    out: list[str] = []
    held: list[bytes] = []
    held_set = ""
    at = 0
    for match in _WORD.finditer(text):
        name = match[1].partition("*")[0]
        # A character may be split over two words: join the bytes of neighbours before decoding.
        if held and (match.start() != at or name.lower() != held_set):
            out.append(charsets.decode(b"".join(held), held_set))
            held = []
        out.append(text[at : match.start()])
        held.append(_word_bytes(match[2], match[3]))
        held_set = name.lower()
        at = match.end()
    if held:
        out.append(charsets.decode(b"".join(held), held_set))
    out.append(text[at:])
    return "".join(out)


def _word_bytes(how: str, body: str) -> bytes:
    raw = body.encode("utf-8", "replace")
    if how in "bB":
        return base64_bytes(raw)
    return binascii.a2b_qp(raw.replace(b"_", b"=20"), header=False)


def normal_email(text: str) -> str:
    """An address in the one form we compare, or an empty string when it is not one."""
    text = text.strip().lower()
    return text if _EMAIL.fullmatch(text) and "." not in (text[0], text[-1]) else ""


def addresses(values: Iterable[bytes], hint: str = "") -> tuple[Address, ...]:
    """All mailboxes of address fields; display names are decoded only after the list is taken apart."""
    found: list[Address] = []
    for value in values:
        for item in _split_addresses(charsets.decode(value, "", hint)):
            if len(found) >= limits.ADDRESSES:
                return tuple(found)
            found.append(_address(item))
    return tuple(one for one in found if one.email or one.name)


def _split_addresses(text: str) -> list[str]:
    """Items of an address list; comments dropped, quotes kept, groups opened. One pass, no recursion."""
    items: list[str] = []
    item: list[str] = []
    quoted = angled = False
    comment = 0
    skip = False
    for character in text:
        if skip:
            skip = False
            if not comment:
                item.append("\\" + character)
        elif character == "\\" and (quoted or comment):
            skip = True
        elif quoted:
            item.append(character)
            quoted = character != '"'
        elif character == "(":
            comment += 1
        elif comment:
            comment -= character == ")"
        elif character in ",;" and not angled:
            items.append("".join(item))
            item = []
        elif character == ":" and not angled and "@" not in "".join(item[-64:]):
            item = []
        else:
            item.append(character)
            quoted = character == '"'
            angled = character == "<" or (angled and character != ">")
    items.append("".join(item))
    return [one for one in (one.strip() for one in items) if one]


def _address(item: str) -> Address:
    name, angle, rest = item.rpartition("<")
    if not angle:
        email = normal_email(item)
        return Address(name="" if email else one_line(_decode_words(item))[:200], email=email)
    spec, closed, trailing = rest.partition(">")
    if trailing.strip() or (not closed and "@" not in spec):
        spec = ""
    name = re.sub(r"\\(.)", r"\1", name.strip().strip('"'))
    return Address(name=one_line(_decode_words(name)).strip("\"' ")[:200], email=normal_email(spec))


def message_ids(values: Iterable[bytes]) -> tuple[str, ...]:
    """The ids of Message-ID, In-Reply-To or References fields without their angle brackets, each once."""
    found: dict[str, None] = {}
    for value in values:
        text = charsets.clean(value.decode("utf-8", "replace"))
        ids = _MESSAGE_ID.findall(text)
        if not ids and "@" in text and not re.search(r"\s", text.strip()):
            ids = [text.strip().strip("<>")[:900]]
        found.update(dict.fromkeys(ids))
    kept = list(found)
    return tuple(kept[:1] + kept[1:][-limits.REFERENCES + 1 :])


def parameters(raw: bytes, hint: str = "") -> tuple[str, dict[str, str]]:
    """The lower-case main value and the decoded parameters (RFC 2231 as well) of a MIME field."""
    pieces = _split_parameters(charsets.decode(raw, "", hint))
    main = one_line(pieces[0]).lower() if pieces else ""
    plain: dict[str, str] = {}
    parts: dict[str, list[tuple[int, bool, str]]] = {}
    for piece in pieces[1 : limits.PARAMETERS]:
        key, equals, value = piece.partition("=")
        match = _CONTINUED.fullmatch(key.strip().lower())
        if not equals or not match:
            continue
        value = _unquoted(value.strip())
        if match[2] is None and not match[3]:
            plain.setdefault(match[1], value)
        else:
            parts.setdefault(match[1], []).append((int(match[2] or 0), bool(match[3]), value))
    for key, found in parts.items():
        plain[key] = _joined(sorted(found, key=lambda one: one[0]))
    return main, {key: one_line(_decode_words(value)) for key, value in plain.items()}


def _split_parameters(text: str) -> list[str]:
    pieces: list[str] = []
    at = 0
    quoted = escaped = False
    for index, character in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character == ";" and not quoted:
            pieces.append(text[at:index])
            at = index + 1
            if len(pieces) > limits.PARAMETERS:
                return pieces
    pieces.append(text[at:])
    return pieces


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == '"':
        inner = value[1:-1] if value[-1] == '"' else value[1:]
        return re.sub(r"\\([\"\\])", r"\1", inner)
    return value


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    """RFC 2231 pieces in order: percent-decoded where marked, in the set the first piece names."""
    declared = ""
    data: list[bytes] = []
    for index, (_, encoded, value) in enumerate(pieces):
        if encoded:
            if index == 0 and value.count("'") >= 2:
                declared, _, value = value.split("'", 2)
            data.append(percent_bytes(value))
        else:
            data.append(value.encode("utf-8", "replace"))
    return charsets.decode(b"".join(data), declared)


def percent_bytes(value: str) -> bytes:
    """The bytes of a percent-encoded text; a stray percent sign stays."""
    return re.sub(
        rb"%([0-9a-fA-F]{2})",
        lambda match: bytes([int(match[1], 16)]),
        value.encode("utf-8", "replace"),
    )
