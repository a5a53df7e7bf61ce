"""Takes a message apart into its parts: iterative, bounded, on bytes, and it never raises.

The standard library's parser works line by line in Python (a 25 MB mail takes seconds) and recurses per nested part;
this one searches for boundaries and keeps to `limits`.
"""

import binascii
import dataclasses
import re

from libin.channels.parsing import headers, limits

_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")


@dataclasses.dataclass(slots=True)
class Part:
    """One node of the message; `body` is still transfer-encoded."""

    fields: headers.Fields
    body: bytes
    media_type: str = "text/plain"
    parameters: dict[str, str] = dataclasses.field(default_factory=dict)
    disposition: str = ""
    file_name: str = ""
    children: list["Part"] = dataclasses.field(default_factory=list)

    @property
    def content_id(self) -> str:
        """The id by which HTML points to this part, without brackets."""
        return headers.text_of(headers.first(self.fields, "content-id")).strip("<> ")[:250]

    def data(self) -> bytes:
        """The body with its transfer encoding undone."""
        how = headers.text_of(headers.first(self.fields, "content-transfer-encoding")).lower()
        if "base64" in how:
            return headers.base64_bytes(self.body)
        if "quoted-printable" in how:
            return binascii.a2b_qp(self.body)
        if "uuencode" in how or how in ("x-uue", "uue"):
            return _uudecoded(self.body)
        return self.body


@dataclasses.dataclass(slots=True)
class Tree:
    """The message and what had to be left out of it."""

    root: Part
    notes: list[str]


def read(raw: bytes) -> Tree:
    """The whole message as a tree of parts."""
    notes: list[str] = []
    root = _part(raw, "text/plain", notes)
    total = 1
    waiting = [(root, 0)]
    while waiting:
        part, depth = waiting.pop()
        if not part.media_type.startswith("multipart/"):
            continue
        if depth >= limits.NESTED_PARTS:
            notes.append("parts_too_deep")
            part.media_type = "application/octet-stream"
            continue
        default = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
        pieces = _pieces(
            part.body, part.parameters.get("boundary", ""), limits.PARTS - total, notes
        )
        if pieces is None:
            part.media_type = "text/plain"
            continue
        part.children = [_part(piece, default, notes) for piece in pieces]
        total += len(part.children)
        waiting += [(child, depth + 1) for child in part.children]
    return Tree(root=root, notes=list(dict.fromkeys(notes)))


def _part(raw: bytes, default_type: str, notes: list[str]) -> Part:
    if raw[:5] == b"From ":
        raw = raw.partition(b"\n")[2]
    head, body = _halves(raw)
    fields, cut = headers.split(head)
    if cut:
        notes.append("headers_cut")
    main, parameters = headers.parameters(headers.first(fields, "content-type"))
    disposition, more = headers.parameters(headers.first(fields, "content-disposition"))
    return Part(
        fields=fields,
        body=body,
        media_type=main if "/" in main else default_type,
        parameters=parameters,
        disposition=disposition,
        file_name=more.get("filename", "") or parameters.get("name", ""),
    )


def _halves(raw: bytes) -> tuple[bytes, bytes]:
    if raw[:1] in (b"\r", b"\n"):
        return b"", raw.lstrip(b"\r\n")
    blank = _BLANK.search(raw)
    if blank is None:
        # No empty line: a mail of headers only, or no mail at all but text.
        return (raw, b"") if re.match(rb"[!-9;-~]{1,100}[ \t]*:", raw) else (b"", raw)
    head = raw[: blank.start()]
    if not re.match(rb"[!-9;-~]{1,100}[ \t]*:", head):
        return b"", raw
    return head, raw[blank.end() :]


def _pieces(body: bytes, boundary: str, room: int, notes: list[str]) -> list[bytes] | None:
    """The bodies between boundaries, or None when the boundary is missing or never occurs."""
    mark = b"--" + boundary.encode("utf-8", "replace")
    if not 2 < len(mark) < 250:
        return None
    pieces: list[bytes] = []
    start = -1
    at = body.find(mark)
    found = False
    while at >= 0:
        end = at + len(mark)
        if at and body[at - 1 : at] not in (b"\n", b"\r"):
            at = body.find(mark, end)
            continue
        line_end = body.find(b"\n", end)
        line_end = len(body) if line_end < 0 else line_end
        rest = body[end : min(line_end, end + 200)].strip()
        if rest not in (b"", b"--"):
            at = body.find(mark, end)
            continue
        found = True
        if start >= 0:
            pieces.append(_without_last_break(body[start:at]))
        if rest == b"--":
            start = -1
            break
        start = line_end + 1
        if len(pieces) >= room:
            notes.append("parts_cut")
            start = -1
            break
        at = body.find(mark, end)
    if start >= 0 and start < len(body):
        pieces.append(body[start:])
    return pieces if found else None


def _without_last_break(piece: bytes) -> bytes:
    if piece.endswith(b"\r\n"):
        return piece[:-2]
    return piece[:-1] if piece[-1:] in (b"\n", b"\r") else piece


def _uudecoded(body: bytes) -> bytes:
    out = []
    for line in body.splitlines():
        if line[:6] == b"begin " or line.strip() in (b"end", b"`", b""):
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(out)
