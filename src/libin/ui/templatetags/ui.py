"""Template tags of the components; the living page shows each of them."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from libin.kernel import clock
from libin.ui import formats, marks

register = template.Library()

# Marks that are drawn again and again with the same few words; `typed` keeps safe and unsafe words apart.
REMEMBERED = 1024


@register.simple_tag
@lru_cache(maxsize=REMEMBERED, typed=True)
def icon(name: str, label: str = "") -> SafeString:
    """A lucide icon from the sprite; without a label it is decoration and hidden from screen readers."""
    heard = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"')
    )
    return format_html(
        '<svg class="icon" width="16" height="16" {}><use href="{}#{}"></use></svg>',
        heard,
        static("dist/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def when(context: Mapping[str, Any], at: datetime | None) -> SafeString | str:
    """An instant as people say it; the exact one on hover; the browser keeps it fresh."""
    if at is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}" data-when>{}</time>',
        at.isoformat(),
        formats.exact(at),
        formats.when(at, _now(context)),
    )


@register.simple_tag
def exact(at: datetime) -> SafeString:
    """An instant to the second."""
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), formats.exact(at))


@register.filter
def duration(seconds: float) -> str:
    """A number of seconds as a length of time."""
    return formats.duration(seconds)


@register.filter
def minutes(count: int) -> str:
    """A number of minutes as a length of time."""
    return formats.minutes_words(count)


@register.filter
def filesize(count: int) -> str:
    """A number of bytes as a file size."""
    return formats.size(count)


@register.simple_tag
def share(kept: int, times: int) -> str:
    """A share as a percentage."""
    return formats.share(kept, times)


@register.filter
def language(text: Any) -> str:
    """A handbook text (zh, en) in the reader's language."""
    return formats.in_reader_language(text)


@register.simple_tag(takes_context=True)
def promise_chip(
    context: Mapping[str, Any], promise: marks.PromiseMark, short: bool = False
) -> SafeString:
    """A promise as a chip: its title unless short, how it stands, the rule's words on hover, a link to the rule."""
    now = _now(context)
    look = promise.look(now)
    title = (
        format_html("<span>{}</span>", promise.title)
        if not short
        else format_html('<span class="only-read">{}</span>', promise.title)
    )
    inner = format_html(
        "{}{}<span data-words>{}</span>", icon(marks.PROMISE_ICONS[look]), title, promise.words(now)
    )
    hover = " · ".join(
        filter(
            None,
            [
                promise.title,
                promise.rule_text,
                formats.exact(promise.due_at) if promise.due_at else "",
            ],
        )
    )
    running = promise.state == "running" and promise.due_at
    ticks = (
        format_html('data-due="{}"', promise.due_at.isoformat())
        if running and promise.due_at
        else ""
    )
    if promise.rule_url:
        return format_html(
            '<a class="chip promise" data-state="{}" href="{}" title="{}" {}>{}</a>',
            look,
            promise.rule_url,
            hover,
            ticks,
            inner,
        )
    return format_html(
        '<span class="chip promise" data-state="{}" title="{}" {}>{}</span>',
        look,
        hover,
        ticks,
        inner,
    )


@register.simple_tag
@lru_cache(maxsize=REMEMBERED, typed=True)
def tier_mark(title: str, height: marks.Height = "plain") -> SafeString:
    """A customer tier; the best one on gold."""
    return format_html(
        '<span class="tier" data-height="{}">{}<span>{}</span></span>', height, icon("gem"), title
    )


@register.simple_tag
@lru_cache(maxsize=REMEMBERED, typed=True)
def severity(title: str, height: marks.Height = "plain") -> SafeString:
    """How severe a case is, by an icon and a word, never by colour alone."""
    return format_html(
        '<span class="severity" data-height="{}">{}{}</span>',
        height,
        icon(marks.SEVERITY_ICONS[height]),
        title,
    )


@register.simple_tag
@lru_cache(maxsize=REMEMBERED, typed=True)
def state(title: str, tone: str = "") -> SafeString:
    """The state of a case; tone is active, wait, done or nothing."""
    return format_html('<span class="state" data-tone="{}">{}</span>', tone, title)


@register.simple_tag
def avatar(name: str, size: str = "", presence: str = "", doing: str = "") -> SafeString:
    """A person's face as initials; presence is online, busy or away; doing ("replying") is told in words."""
    heard = f"{name} – {doing}" if doing else name
    more = format_html_join(
        " ",
        'data-{}="{}"',
        [
            (k, v)
            for k, v in (("size", size), ("presence", presence), ("replying", "1" if doing else ""))
            if v
        ],
    )
    return format_html(
        '<span class="face" role="img" aria-label="{}" title="{}" data-tint="{}" {}>{}</span>',
        heard,
        heard,
        marks.tint(name),
        more,
        marks.initials(name, 1 if size == "small" else 2),
    )


@register.simple_tag
def spark(values: Sequence[float], label: str = "") -> SafeString:
    """A small line of a series, oldest first, with its words for those who do not see it."""
    points = marks.spark_points(values)
    if not points:
        return mark_safe("")
    line = " ".join(f"{x},{y}" for x, y in points)
    heard = label or gettext("Trend: from %(first)s to %(last)s") % {
        "first": values[0],
        "last": values[-1],
    }
    return format_html(
        '<svg class="spark" viewBox="0 0 80 20" role="img" aria-label="{}"><polyline points="{}"/><circle cx="{}" cy="{}" r="2"/></svg>',
        heard,
        line,
        *points[-1],
    )


@register.simple_tag
def meter(value: float, of: float, label: str, tone: str = "") -> SafeString:
    """A bar of value out of a whole."""
    return format_html(
        '<progress class="meter" value="{}" max="{}" aria-label="{}" data-tone="{}"></progress>',
        value,
        of or 1,
        label,
        tone,
    )


@register.simple_block_tag
def card(content: str, title: str = "", id: str = "") -> SafeString:
    """A surface with an optional heading."""
    head = format_html("<header><h2>{}</h2></header>", title) if title else ""
    name = format_html(' id="{}"', id) if id else ""
    return format_html(
        '<section class="card"{}>{}<div class="body">{}</div></section>', name, head, content
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:
    """A modal sheet, opened by any button with data-opens="its id"; its content may be a whole form with footer."""
    return format_html(
        '<dialog class="sheet" id="{}" aria-labelledby="{}-title"><header><h2 id="{}-title">{}</h2>'
        '<button type="button" class="btn btn-ghost btn-icon" data-closes aria-label="{}">{}</button></header>{}</dialog>',
        id,
        id,
        id,
        title,
        gettext("Close"),
        icon("x"),
        content,
    )


@register.simple_tag
def screen_words() -> SafeString:
    """The words the browser needs, as a data block (data is not script: the content policy allows it)."""
    text = json.dumps(formats.screen_words(), ensure_ascii=True).replace("<", "\\u003c")
    return format_html(
        '<script type="application/json" id="screen-words">{}</script>', mark_safe(text)
    )


def _now(context: Mapping[str, Any]) -> datetime:
    now = context.get("now")
    return now if isinstance(now, datetime) else clock.now()
