"""Lines of the lists: drawn once, and again only when something in them changed."""

from collections import OrderedDict
from threading import Lock
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from libin.ui import formats
from libin.web.desk.pages import CaseLine

register = template.Library()

REMEMBERED = 2000
_drawn: OrderedDict[tuple[Any, ...], SafeString] = OrderedDict()
_lock = Lock()


@register.simple_tag(takes_context=True)
def case_row(context: Context, line: CaseLine, beside: bool = False) -> SafeString:
    """One line of a list. What it shows is the key: its values, and the words that depend on the instant."""
    now = context["now"]
    promise = line.promise
    key = (
        line,
        beside,
        promise and (promise.look(now), promise.words(now)),
        formats.when(line.changed_at, now),
        get_language(),
        timezone.get_current_timezone_name(),
    )
    with _lock:
        if (row := _drawn.get(key)) is not None:
            _drawn.move_to_end(key)
            return row
    row = render_to_string("desk/row.html", {"line": line, "beside": beside, "now": now})
    with _lock:
        _drawn[key] = row
        while len(_drawn) > REMEMBERED:
            _drawn.popitem(last=False)
    return row
