"""Names of attached files made safe for disks, screens and download headers."""

import re
import unicodedata

from libin.channels.parsing import charsets, headers, limits

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}")
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)", re.IGNORECASE
)
_ALLOWED = frozenset(" ._-()[]+,@#=!~（）【】《》、，。·—")
_EXTENSIONS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "message/rfc822": ".eml",
}


def safe_media_type(declared: str) -> str:
    """A well-formed media type; what is none is a stream of octets."""
    declared = declared.strip().lower()
    return declared if _MEDIA_TYPE.fullmatch(declared) else "application/octet-stream"


def safe_name(declared: str, media_type: str, number: int) -> str:
    """A file name without path, hidden or direction-changing characters, at most 180 bytes in UTF-8."""
    name = _percent_decoded(charsets.clean(declared[:20_000]))
    name = unicodedata.normalize("NFC", name)
    name = re.split(r"[/\\\u2044\u2215\u29f5\u29f8\uff0f\uff3c\ufe68]", name)[-1]
    name = "".join(filter(None, map(_safe, name)))
    name = re.sub(r"\s+", " ", name)
    name = re.sub(r"\s*\.\s*", ".", name)
    name = re.sub(r"\.{2,}", ".", name).lstrip(" ._-~=+@").rstrip(" ._-~")
    if not re.search(r"[^\W_]", name):
        return f"attachment-{number}{_EXTENSIONS.get(media_type, '.bin')}"
    if _RESERVED.match(name):
        name = f"file-{name}"
    return _shortened(name)


def _percent_decoded(name: str) -> str:
    if "%" not in name:
        return name
    try:
        return charsets.clean(headers.percent_bytes(name).decode("utf-8"))
    except UnicodeDecodeError:
        return name


def _safe(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in ("Cf", "Cc", "Cs", "Cn") or "\ufe00" <= character <= "\ufe0f":
        return ""
    if kind in ("Zs", "Zl", "Zp"):
        return " "
    return character if kind[0] in "LNM" or character in _ALLOWED else "_"


def _shortened(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 12:
        stem, dot, extension = name, "", ""
    tail = (dot + extension).encode()
    room = limits.FILE_NAME_BYTES - len(tail)
    return (stem.encode()[:room].decode("utf-8", "ignore").rstrip() + dot + extension) or name[:20]
