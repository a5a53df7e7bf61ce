"""Prose as it stands in the book: Markdown without HTML."""

from functools import lru_cache

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")


@lru_cache(maxsize=256)
def as_html(markdown: str) -> SafeString:
    """The prose as HTML; tags in the source are shown as text, links to scripts stay plain words."""
    return SafeString(_MARKDOWN.render(markdown))
