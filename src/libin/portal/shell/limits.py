"""How often somebody may come to a public door before she is asked to wait."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from libin.customers.actions import count_visit
from libin.kernel.access import ANONYMOUS


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `visits` within `window`, counted for one kind of name."""

    door: str
    visits: int
    window: timedelta


FORM_BY_NETWORK = Limit("form:network", 20, timedelta(hours=1))
FORM_BY_ADDRESS = Limit("form:address", 5, timedelta(hours=1))
LINK_BY_NETWORK = Limit("link:network", 20, timedelta(hours=1))
LINK_BY_ADDRESS = Limit("link:address", 5, timedelta(hours=1))
OPEN_BY_NETWORK = Limit("open:network", 60, timedelta(hours=1))
RATE_BY_NETWORK = Limit("rate:network", 120, timedelta(hours=1))
REPLY_BY_CUSTOMER = Limit("reply:customer", 60, timedelta(hours=1))


def wait_for(limit: Limit, visitor: str, *, at: datetime) -> timedelta:
    """Count this visit; how long to wait instead, or zero."""
    return count_visit(
        door=limit.door,
        visitor=visitor,
        limit=limit.visits,
        window=limit.window,
        by=ANONYMOUS,
        at=at,
    )


def slow_down(request: HttpRequest, wait: timedelta) -> HttpResponse:
    """The page that asks to come back later; the same for everybody."""
    seconds = max(1, math.ceil(wait.total_seconds()))
    response = render(
        request, "portal/slow_down.html", {"minutes": max(1, math.ceil(seconds / 60))}, status=429
    )
    response["Retry-After"] = str(seconds)
    return response
