"""Makes a stranger's HTML harmless, blocks what it would fetch, and reads plain text out of it."""

import html
import re
from collections.abc import Collection

import nh3

from libin.channels import quotes
from libin.channels.parsing import charsets, limits

_TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "blockquote",
        "br",
        "caption",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "center",
        "font",
        "big",
    ]
)
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "type"},
    "table": {"align"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}
_DROPPED_WITH_CONTENT = {"script", "style", "title", "head", "template", "object", "svg", "math"}
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
# An end tag is optional for these and the next one closes them, so they do not nest by themselves.
_SELF_CLOSING = frozenset(
    [
        "p",
        "li",
        "dt",
        "dd",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "tfoot",
        "option",
        "colgroup",
        "caption",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
_UNSEEN = frozenset(("script", "style", "head", "title", "template", "noscript", "object"))
_TAG_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]{0,30})")
_IMAGE = re.compile(r'<img((?: [a-z-]+="[^"]*")*) ?/?>')
_SOURCE = re.compile(r' src="([^"]*)"')
_LENGTH = re.compile(r"\d{1,4}%?")


def is_too_deep(markup: str) -> bool:
    """Whether elements nest deeper than the limit; a sanitiser's time grows with the square of the depth."""
    depth = 0
    at = markup.find("<")
    while at >= 0:
        name = _TAG_NAME.match(markup, at + 1)
        if name:
            tag = name[1].lower()
            if tag not in _VOID and tag not in _SELF_CLOSING:
                depth = max(0, depth - 1) if markup[at + 1] == "/" else depth + 1
                if depth > limits.HTML_DEPTH:
                    return True
        at = markup.find("<", at + 1)
    return False


def cut(markup: str) -> str:
    """At most the permitted bytes of it, cut before a tag."""
    if len(markup) * 3 <= limits.HTML_BYTES or len(markup.encode()) <= limits.HTML_BYTES:
        return markup
    short = markup.encode()[: limits.HTML_BYTES].decode("utf-8", "ignore")
    edge = short.rfind("<")
    return short[:edge] if edge > len(short) - 20_000 else short


def sanitise(markup: str, inline: Collection[str]) -> tuple[str, int]:
    """Harmless HTML and the number of remote images it would have fetched.

    `inline` holds the Content-IDs of attached files: such an image becomes `data-cid`. A remote image keeps its address
    in `data-blocked`. Neither has a `src`, so showing the result fetches nothing.
    """
    clean = nh3.clean(
        markup,
        tags=set(_TAGS),
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_kept_attribute,
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
    blocked = 0

    def image(match: re.Match[str]) -> str:
        nonlocal blocked
        attributes = match[1]
        source = _SOURCE.search(attributes)
        rest = _SOURCE.sub("", attributes)
        address = html.unescape(source[1]).strip() if source else ""
        if address.lower().startswith("cid:"):
            name = address[4:].strip("<>")
            return (
                f'<img data-cid="{html.escape(name)}"{rest}>' if name in inline else f"<img{rest}>"
            )
        if address.lower().startswith(("http:", "https:")):
            blocked += 1
            return f'<img data-blocked="{html.escape(address)}"{rest}>'
        return f"<img{rest}>"

    return charsets.clean(_IMAGE.sub(image, clean)), blocked


def _kept_attribute(tag: str, name: str, value: str) -> str | None:
    if name in ("href", "src"):
        address = re.sub(r"[\x00-\x20\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]", "", value)
        scheme = address.partition(":")[0].lower() if ":" in address[:20] else ""
        return address[:4000] if scheme in _SCHEMES and (scheme != "cid" or tag == "img") else None
    if name in ("width", "height", "colspan", "rowspan", "span", "start"):
        return value if _LENGTH.fullmatch(value) else None
    if name == "dir":
        return value if value in ("ltr", "rtl", "auto") else None
    return value[:500]


def to_text(markup: str) -> str:
    """The words of some HTML with line breaks where blocks begin; one pass, whatever is in it."""
    out: list[str] = []
    at = 0
    size = len(markup)
    lowered = markup.lower()
    while at < size:
        tag_at = markup.find("<", at)
        if tag_at < 0:
            out.append(_words(markup[at:]))
            break
        if at < tag_at:
            out.append(_words(markup[at:tag_at]))
        if markup.startswith("<!--", tag_at):
            end = markup.find("-->", tag_at)
            if end < 0:
                break
            at = end + 3
            continue
        name = _TAG_NAME.match(markup, tag_at + 1)
        if name is None and markup[tag_at + 1 : tag_at + 2] not in ("!", "?", "/"):
            out.append("<")
            at = tag_at + 1
            continue
        end = markup.find(">", tag_at)
        if end < 0:
            break
        at = end + 1
        if name is None:
            continue
        tag = name[1].lower()
        closing = markup[tag_at + 1] == "/"
        if tag in _UNSEEN and not closing:
            at = _after_unseen(tag, lowered.find(f"</{tag}", at), at, size)
        elif gap := _gap(tag, closing, out[-1] if out else "\n"):
            out.append(gap)
    text = charsets.clean("".join(out)).replace("\u00a0", " ")
    text = re.sub(r"[ \t]+\n", "\n", text)
    text = re.sub(r"\n[ \t]+", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _after_unseen(tag: str, end: int, at: int, size: int) -> int:
    """Where to go on behind an element whose words are not shown."""
    if end >= 0:
        return end
    # An unclosed <head> hides nothing; an unclosed <script> hides the rest.
    return at if tag in ("head", "noscript", "object", "title") else size


def _gap(tag: str, closing: bool, before: str) -> str:
    """What a tag puts between the words around it."""
    if tag in ("p", "blockquote") and closing:
        return "\n\n"
    if tag == "br" or (tag in _BLOCKS and not before.endswith("\n")):
        return "\n"
    return " " if tag in ("td", "th") and closing else ""


def _words(text: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", text)) if text else ""


def from_text(text: str) -> str:
    """Plain text as HTML of the same look."""
    return "<div>" + html.escape(text).replace("\n", "<br>") + "</div>"


def fold(markup: str) -> tuple[str, str]:
    """Sanitised HTML in two: the writer's own words and the quoted mail below; both well-formed.

    `markup` must come from `sanitise`, whose output is canonical.
    """
    tokens = re.split(r"(<[^>]*>)", markup)
    lines: list[str] = [""]
    starts = [0]
    for index, token in enumerate(tokens):
        if index % 2:
            name = _TAG_NAME.match(token, 1)
            if name and name[1] in _BLOCKS and (lines[-1].strip() or name[1] == "br"):
                lines.append("")
                starts.append(index)
            continue
        if not lines[-1].strip():
            starts[-1] = index
        lines[-1] += html.unescape(token).replace("\n", " ").replace("\u00a0", " ")
    cut_line = quotes.quote_start([line.strip() for line in lines])
    if cut_line >= len(lines) or not any(line.strip() for line in lines[:cut_line]):
        return markup, ""
    return _split_at(tokens, starts[cut_line])


def _split_at(tokens: list[str], cut_at: int) -> tuple[str, str]:
    """Both halves, with the elements open at the cut closed in the first and opened again in the second."""
    open_tags: list[tuple[str, str]] = []
    for index, token in enumerate(tokens[:cut_at]):
        name = _TAG_NAME.match(token, 1) if index % 2 else None
        if name is None or name[1] in _VOID:
            continue
        if token[1] != "/":
            open_tags.append((name[1], token))
        elif open_tags and open_tags[-1][0] == name[1]:
            open_tags.pop()
    closing = "".join(f"</{name}>" for name, _ in reversed(open_tags))
    opening = "".join(token for _, token in open_tags)
    return "".join(tokens[:cut_at]) + closing, opening + "".join(tokens[cut_at:])
