"""Who visits: the signed-in customer behind a cookie, and the network address of anybody."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from libin.customers import queries, rules
from libin.customers.actions import note_seen
from libin.customers.queries import Visitor
from libin.kernel import audit, clock

View = Callable[..., HttpResponse]

_NOBODY = object()


def cookie_name() -> str:
    """The portal's own cookie: a customer and a colleague may share one browser."""
    return "__Host-libin-portal" if settings.SESSION_COOKIE_SECURE else "libin_portal"


def visitor_of(request: HttpRequest, *, at: datetime) -> Visitor | None:
    """Who is signed in, looked up once per request."""
    known = getattr(request, "_libin_visitor", _NOBODY)
    if known is _NOBODY:
        known = queries.visitor(request.COOKIES.get(cookie_name(), ""), at=at)
        request._libin_visitor = known  # type: ignore[attr-defined]
    return known if isinstance(known, Visitor) else None


def address_of(request: HttpRequest) -> str:
    """The network address of the visitor; a proxy's word counts only where one is declared."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
        return forwarded[:64] or request.META.get("REMOTE_ADDR", "")
    return str(request.META.get("REMOTE_ADDR", ""))


def public(view: View) -> View:
    """A page for everybody, in the visitor's language; what is done there is noted with its origin."""

    @wraps(view)
    def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        at = clock.now()
        visitor = visitor_of(request, at=at)
        if visitor is not None:
            _settle_in(request, visitor, at=at)
        with audit.coming_from(address_of(request)):
            response = view(request, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    return page


def signed_in(view: View) -> View:
    """A page of the customer's own, given her as `visitor`; strangers are led to the door."""

    @public
    @wraps(view)
    def page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        visitor = visitor_of(request, at=clock.now())
        if visitor is None:
            return redirect("portal:sign_in")
        return view(request, visitor=visitor, **kwargs)

    return page


def _settle_in(request: HttpRequest, visitor: Visitor, *, at: datetime) -> None:
    """Speak her language, unless this browser was told another; keep the session alive that is used."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and visitor.language:
        translation.activate(visitor.language)
        request.LANGUAGE_CODE = translation.get_language() or visitor.language
    if at - visitor.seen_at > rules.SESSION_NOTED:
        note_seen(session_id=visitor.session_id, by=visitor.actor, at=at)


def keep_signed_in(response: HttpResponse, token: str) -> None:
    """Give the browser its session."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(rules.SESSION_LONGEST.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def forget(response: HttpResponse) -> None:
    """Take the session from the browser, and what it has kept of our pages."""
    response.delete_cookie(cookie_name(), samesite="Lax")
    response["Clear-Site-Data"] = '"cache"'
