"""Who asks, and how: the typed door between a request and a view."""

from django.http import HttpRequest

from libin.kernel.access import Actor
from libin.people.queries.actors import actor_of

LIVE_HEADER = "X-Libin-Live"


def actor(request: HttpRequest) -> Actor:
    """The actor behind a request, looked up once."""
    known = getattr(request, "_libin_actor", None)
    if not isinstance(known, Actor):
        known = actor_of(request.user)
        request._libin_actor = known  # type: ignore[attr-defined]
    return known


def is_part(request: HttpRequest) -> bool:
    """Whether the page only wants a part of itself again, not the whole screen."""
    return request.headers.get("HX-Request") == "true"


def is_live(request: HttpRequest) -> bool:
    """Whether the page asks by itself, without a person having done anything."""
    return LIVE_HEADER in request.headers
