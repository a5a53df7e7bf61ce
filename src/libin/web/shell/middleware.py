"""Each request in its person's language and time; refusals and a lost database told in words."""

import logging
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from asgiref.sync import iscoroutinefunction
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import sync_and_async_middleware

from libin.kernel.errors import Refusal
from libin.web.shell import errors
from libin.web.shell.asking import is_live

log = logging.getLogger(__name__)


@sync_and_async_middleware
def everyday(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Speak the signed-in person's language, on her clock; never let a shared machine keep her pages."""
    if iscoroutinefunction(get_response):

        async def stream(request: HttpRequest) -> HttpResponseBase:
            answer: HttpResponseBase = await get_response(request)
            return answer

        return stream

    def page(request: HttpRequest) -> HttpResponseBase:
        signed_in = request.user.is_authenticated
        if signed_in:
            _settle_in(request)
        if is_live(request):
            request.is_sign_of_life = True  # type: ignore[attr-defined]
        response: HttpResponseBase = get_response(request)
        if signed_in and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
            response["Cache-Control"] = "no-store"
        timezone.deactivate()
        return response

    page.process_exception = _told  # type: ignore[attr-defined]
    return page


def _settle_in(request: HttpRequest) -> None:
    language = getattr(request.user, "language", "")
    if translation.check_for_language(language):
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language() or language
    try:
        timezone.activate(ZoneInfo(getattr(request.user, "time_zone", "") or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        timezone.deactivate()


def _told(request: HttpRequest, problem: Exception) -> HttpResponse | None:
    if isinstance(problem, Refusal):
        return errors.refused(request, problem)
    if isinstance(problem, OperationalError | InterfaceError):
        log.error("The database does not answer: %s", type(problem).__name__)
        return errors.unavailable()
    return None
