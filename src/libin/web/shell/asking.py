"""Who asks, and how: the typed door between a request and a view."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from libin.kernel.access import Actor
from libin.people.queries.actors import actor_of

P = ParamSpec("P")
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


def staff_only(
    view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For signed-in staff only, and hands them to the view; others are led to the door."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        viewer = actor(request)
        if not viewer.is_staff:
            return (
                redirect_to_login(request.get_full_path())
                if request.method == "GET"
                else redirect_to_login("/")
            )
        return view(request, viewer, *args, **kwargs)

    return answer
