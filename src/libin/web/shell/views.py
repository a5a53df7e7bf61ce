"""Language, theme, and the living page of components."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from libin.kernel import clock
from libin.people.actions.attendance import close_tab, heartbeat, set_presence
from libin.people.actions.preferences import Preferences, set_own_preferences
from libin.web.presence import policy_at
from libin.web.shell import errors, samples
from libin.web.shell.asking import actor
from libin.web.shell.frame import PLACES, THEME_COOKIE, first_address

YEAR_SECONDS = 365 * 24 * 3600
csrf_failure = errors.csrf_failure


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The first place the person may enter; strangers are led to the door."""
    if not request.user.is_authenticated:
        return redirect(first_address(["portal:home", "account_login"]) or settings.LOGIN_URL)
    who = actor(request)
    for place in PLACES:
        url = first_address(place.url_names)
        if url and (not place.permissions or any(map(who.holds, place.permissions))):
            return redirect(url)
    raise Http404


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language for this browser, and for the person when somebody is signed in."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise Http404
    _prefer(request, language=language)
    return _remembering(request, settings.LANGUAGE_COOKIE_NAME, language)


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the device says."""
    theme = request.POST.get("theme", "")
    if theme not in ("auto", "light", "dark"):
        raise Http404
    _prefer(request, theme=theme)
    return _remembering(request, THEME_COOKIE, theme)


def _prefer(request: HttpRequest, **changes: str) -> None:
    who = actor(request)
    if not who.is_staff:
        return
    now = {name: getattr(request.user, name) for name in ("language", "time_zone", "theme")}
    set_own_preferences(preferences=Preferences(**(now | changes)), by=who, at=clock.now())


def _remembering(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    response = redirect(_back(request))
    response.set_cookie(
        cookie, value, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure()
    )
    return response


@require_POST
def presence(request: HttpRequest) -> HttpResponse:
    """Say that one is online, busy or away; or a tab's sign of life."""
    who, at = actor(request), clock.now()
    if not who.is_staff:
        raise Http404
    if state := request.POST.get("state"):
        set_presence(state=state, by=who, at=at)
        return redirect(_back(request))
    if request.POST.get("closed"):
        close_tab(by=who, at=at)
    else:
        heartbeat(opened=bool(request.POST.get("opened")), policy=policy_at(at), by=who, at=at)
    return HttpResponse(status=204)


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """The living page: every component as it is, in this language and theme."""
    if not settings.DEBUG and not actor(request).is_staff:
        raise Http404
    return render(request, "web/components.html", {"page": samples.sample_page(clock.now())})


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return reverse("shell:home")
