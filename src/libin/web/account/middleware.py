"""Keeps a session alive while it is used, and asks for a second factor where one is required."""

from collections.abc import Awaitable, Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import sync_and_async_middleware

from libin.kernel import clock
from libin.people.sessions import SessionStore

_ENROLLED = "second_factor"


@sync_and_async_middleware
def keep_session(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Streams do not count as use: a forgotten tab must not keep a session open."""
    if iscoroutinefunction(get_response):

        async def stream(request: HttpRequest) -> Awaitable[HttpResponseBase]:
            return await get_response(request)  # type: ignore[no-any-return]

        return stream

    def page(request: HttpRequest) -> HttpResponseBase:
        if _must_enrol(request):
            return redirect("mfa_activate_totp")
        response: HttpResponseBase = get_response(request)
        session = request.session
        if (
            isinstance(session, SessionStore)
            and session.ends_at is not None
            and not getattr(request, "is_sign_of_life", False)
        ):
            session.keep_alive(at=clock.now())
        return response

    return page


def _must_enrol(request: HttpRequest) -> bool:
    if settings.LIBIN_SECOND_FACTOR != "required" or not request.user.is_authenticated:
        return False
    if request.path.startswith(reverse("account_home")) or request.session.get(_ENROLLED):
        return False
    if is_mfa_enabled(request.user):
        request.session[_ENROLLED] = True
        return False
    return True
