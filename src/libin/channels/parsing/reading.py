"""Reads one raw mail into the plain structure; runs in the child process."""

import dataclasses
import re
from email.utils import parsedate_to_datetime

from libin.channels import quotes
from libin.channels.parsing import automail, charsets, filenames, headers, limits, markup, mime
from libin.channels.parsing.shape import (
    Address,
    AttachedFile,
    AuthenticationResult,
    FailedRecipient,
    ParsedMail,
)

_NOBODY = Address(name="", email="")
_RESULT = re.compile(r"\b(spf|dkim|dmarc|arc|iprev)\s*=\s*([a-z]{3,12})\b([^;]*)", re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?:header\.(?:from|d|i)|smtp\.(?:mailfrom|helo))\s*=\s*\"?(?:[^\s\"@;]*@)?([^\s\";]+)",
    re.IGNORECASE,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """How to read: whose authentication results to believe, and whether HTML is worth the risk (a second try)."""

    authserv_ids: tuple[str, ...] = ()
    with_html: bool = True


@dataclasses.dataclass(slots=True)
class _Content:
    """The readable parts and the attached files, collected over the tree."""

    plain: list[str] = dataclasses.field(default_factory=list)
    rich: list[str] = dataclasses.field(default_factory=list)
    has_rich: bool = False
    attachments: list[AttachedFile] = dataclasses.field(default_factory=list)
    failed: list[FailedRecipient] = dataclasses.field(default_factory=list)
    reported: list[str] = dataclasses.field(default_factory=list)


def read(raw: bytes, wish: Wish) -> ParsedMail:
    """The mail as we use it. What is too much for `limits` is named in `notes`."""
    tree = mime.read(raw)
    notes = list(tree.notes)
    fields = tree.root.fields
    hint = tree.root.parameters.get("charset", "")
    content = _Content()
    is_report = tree.root.media_type == "multipart/report"
    _collect(tree.root, content, notes, alternative=False)
    if is_report:
        _collect_report(tree.root, content)
    senders = headers.addresses(headers.every(fields, "from"), hint)
    sender = next((one for one in senders if one.email), _NOBODY)
    subject = headers.text_of(headers.first(fields, "subject"), hint)[: limits.SUBJECT_CHARACTERS]
    text = "\n\n".join(filter(None, (one.strip("\n") for one in content.plain)))
    if len(text) > limits.TEXT_CHARACTERS:
        notes.append("text_cut")
        text = text[: limits.TEXT_CHARACTERS]
    folded = quotes.fold(text)
    rich, blocked = _rich(content, wish, notes)
    own_rich, folded_rich = markup.fold(rich) if rich and folded.folded else (rich, "")
    verdict = automail.judge(
        [(name, headers.one_line(value.decode("utf-8", "replace"))) for name, value in fields],
        sender=sender.email,
        subject=subject,
        is_report=is_report,
        report_type=tree.root.parameters.get("report-type", "").lower(),
    )
    return ParsedMail(
        message_id=next(iter(headers.message_ids(headers.every(fields, "message-id")[:1])), ""),
        in_reply_to=headers.message_ids(headers.every(fields, "in-reply-to")),
        references=headers.message_ids(headers.every(fields, "references")),
        subject=subject,
        sent=_sent(fields),
        sender=sender,
        sender_count=len([one for one in senders if one.email]),
        reply_to=headers.addresses(headers.every(fields, "reply-to"), hint),
        to=headers.addresses(headers.every(fields, "to"), hint),
        cc=headers.addresses(headers.every(fields, "cc"), hint),
        delivered_to=_delivered_to(fields),
        text=text,
        own_text=folded.own,
        folded_text=folded.folded,
        html=rich,
        own_html=own_rich,
        folded_html=folded_rich,
        blocked_images=blocked,
        attachments=tuple(content.attachments),
        automatic=verdict.kind.value,
        automatic_reason=verdict.reason,
        answerable=verdict.answerable and sender.email != "",
        authentication=authentication(fields, wish.authserv_ids),
        failed_recipients=tuple(content.failed),
        reported_message_ids=tuple(dict.fromkeys(content.reported)),
        notes=tuple(dict.fromkeys(notes)),
    )


def _collect(part: mime.Part, content: _Content, notes: list[str], *, alternative: bool) -> None:
    """Depth is bounded by `limits.NESTED_PARTS`."""
    if part.children:
        if part.media_type == "multipart/alternative":
            _collect_alternative(part, content, notes)
            return
        for child in part.children:
            _collect(child, content, notes, alternative=False)
        return
    is_text = part.media_type in ("text/plain", "text/html", "text", "text/enriched")
    if is_text and part.disposition != "attachment" and not part.file_name:
        text = _part_text(part)
        if part.media_type == "text/html":
            content.has_rich = True
            content.rich.append(text)
            content.plain.append(markup.to_text(markup.cut(text)))
        else:
            content.plain.append(text)
            content.rich.append(markup.from_text(text) if text.strip() else "")
        return
    if part.media_type.startswith("multipart/") and not part.body.strip():
        return
    _attach(part, content, notes)


def _collect_alternative(part: mime.Part, content: _Content, notes: list[str]) -> None:
    """The same words several times: keep one plain and one rich form, and the files of all forms."""
    plain = rich = ""
    has_rich = False
    for child in part.children:
        form = _Content(attachments=content.attachments)
        _collect(child, form, notes, alternative=True)
        if form.has_rich:
            rich, has_rich = "\n".join(form.rich), True
            plain = plain or "\n".join(form.plain)
        elif "".join(form.plain).strip():
            plain = "\n".join(form.plain)
    content.plain.append(plain)
    content.rich.append(rich if has_rich else markup.from_text(plain))
    content.has_rich = content.has_rich or has_rich


def _part_text(part: mime.Part) -> str:
    data = part.data()
    declared = part.parameters.get("charset", "")
    if part.media_type == "text/html" and not charsets.codec_of(declared):
        found = re.search(
            rb"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", data[:4096], re.IGNORECASE
        )
        declared = found[1].decode("ascii") if found else declared
    text = charsets.decode(data, declared)
    if part.media_type != "text/html" and part.parameters.get("format", "").lower() == "flowed":
        return _unflowed(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
    return text


def _unflowed(text: str, *, delsp: bool) -> str:
    """RFC 3676: lines that end in a space go on in the next line of the same quote depth."""
    out: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        if open_depth == depth and words != "-- ":
            out[-1] += words
        else:
            out.append(">" * depth + (" " if depth else "") + words)
        open_depth = depth if words.endswith(" ") and words != "-- " else -1
        if open_depth >= 0 and delsp:
            out[-1] = out[-1][:-1]
    return "\n".join(out)


def _attach(part: mime.Part, content: _Content, notes: list[str]) -> None:
    if len(content.attachments) >= limits.ATTACHMENTS:
        notes.append("attachments_cut")
        return
    media_type = filenames.safe_media_type(part.media_type)
    number = len(content.attachments) + 1
    content.attachments.append(
        AttachedFile(
            name=filenames.safe_name(part.file_name, media_type, number),
            media_type=media_type,
            content_id=part.content_id,
            inline=bool(part.content_id) and part.disposition != "attachment",
            data=part.data(),
        )
    )


def _collect_report(root: mime.Part, content: _Content) -> None:
    for part in root.children:
        if part.media_type in ("message/delivery-status", "message/global-delivery-status"):
            content.failed += _failed(part.data())
        elif part.media_type in ("text/rfc822-headers", "message/rfc822", "message/global-headers"):
            head = part.data()[: limits.HEADER_BLOCK_BYTES].lstrip(b"\r\n")
            fields, _ = headers.split(re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0])
            content.reported += headers.message_ids(headers.every(fields, "message-id"))


def _failed(data: bytes) -> list[FailedRecipient]:
    found = []
    for block in re.split(rb"\r?\n[ \t]*\r?\n", data[: limits.HEADER_BLOCK_BYTES])[
        : limits.ADDRESSES
    ]:
        fields, _ = headers.split(block)
        recipient = headers.first(fields, "final-recipient") or headers.first(
            fields, "original-recipient"
        )
        if recipient:
            found.append(
                FailedRecipient(
                    email=headers.normal_email(
                        headers.text_of(recipient).rpartition(";")[2].strip("<> ")
                    ),
                    action=headers.text_of(headers.first(fields, "action")).lower()[:20],
                    status=headers.text_of(headers.first(fields, "status"))[:20],
                    diagnostic=headers.text_of(headers.first(fields, "diagnostic-code"))[:300],
                )
            )
    return found


def _rich(content: _Content, wish: Wish, notes: list[str]) -> tuple[str, int]:
    if not content.has_rich:
        return "", 0
    whole = "\n".join(content.rich)
    if not wish.with_html:
        notes.append("html_left_out")
        return "", 0
    short = markup.cut(whole)
    if len(short) < len(whole):
        notes.append("html_cut")
    if markup.is_too_deep(short):
        notes.append("html_too_deep")
        return "", 0
    inline = {
        one.content_id: number for number, one in enumerate(content.attachments) if one.content_id
    }
    return markup.sanitise(short, inline)


def _sent(fields: headers.Fields) -> str:
    """The Date field in ISO 8601 with its offset, empty when it is none we can use."""
    try:
        sent = parsedate_to_datetime(headers.text_of(headers.first(fields, "date"))[:100])
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
    return sent.isoformat() if sent.tzinfo is not None and 1970 <= sent.year <= 9000 else ""


def _delivered_to(fields: headers.Fields) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in ("delivered-to", "x-original-to", "envelope-to", "x-forwarded-to"):
        found.update(
            (one.email, None) for one in headers.addresses(headers.every(fields, name)) if one.email
        )
    return tuple(found)[: limits.ADDRESSES]


def authentication(
    fields: headers.Fields, trusted: tuple[str, ...]
) -> tuple[AuthenticationResult, ...]:
    """The results our own server wrote: only the topmost field counts, and only under a configured name."""
    top = headers.text_of(headers.first(fields, "authentication-results"))
    while "(" in top:
        shorter = re.sub(r"\([^()]*\)", " ", top)
        if shorter == top:
            break
        top = shorter
    server, _, rest = top.partition(";")
    words = server.split()
    if not words or words[0].lower() not in {one.lower() for one in trusted}:
        return ()
    found = []
    for match in _RESULT.finditer(rest):
        domain = _DOMAIN.search(match[3])
        found.append(
            AuthenticationResult(
                method=match[1].lower(),
                result=match[2].lower(),
                domain=domain[1].lower().rstrip(".")[:253] if domain else "",
            )
        )
    return tuple(found[:20])
