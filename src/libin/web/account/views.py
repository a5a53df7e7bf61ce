"""One's own profile: preferences, password, second factor, sessions."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from libin.kernel import clock
from libin.people import actions, queries
from libin.people.actions import Preferences
from libin.people.queries import OwnSession, StaffCard
from libin.people.refusals import PasswordTooWeak
from libin.people.rules import PresencePolicy
from libin.people.sessions import hash_of
from libin.web.account.forms import ChangePasswordForm, PreferencesForm
from libin.web.shell.asking import actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """Everything on the profile page."""

    me: StaffCard
    preferences: Form
    has_second_factor: bool
    required: bool
    sessions: tuple[OwnSession, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordPage:
    """The page on which one changes one's own password."""

    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorPage:
    """The state of one's second factor."""

    has_second_factor: bool
    required: bool


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The profile page."""
    return _home(request, PreferencesForm(initial=_preferences_of(request)))


def _home(request: HttpRequest, form: Form) -> HttpResponse:
    at = clock.now()
    viewer = actor(request)
    page = AccountPage(
        me=queries.staff_card(
            viewer,
            viewer.person,
            language=get_language() or "",
            at=at,
            policy=PresencePolicy(),
        ),
        preferences=form,
        has_second_factor=is_mfa_enabled(request.user),
        required=settings.LIBIN_SECOND_FACTOR == "required",
        sessions=queries.own_sessions(viewer, current=_own_key(request), at=at),
    )
    status = 422 if form.errors else 200
    return render(request, "account/home.html", {"page": page}, status=status)


def _preferences_of(request: HttpRequest) -> dict[str, str]:
    names = ("language", "time_zone", "theme")
    return {name: getattr(request.user, name, "") for name in names}


def _own_key(request: HttpRequest) -> str:
    return hash_of(request.session.session_key or "")


@require_POST
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Set language, time zone and theme."""
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        return _home(request, form)
    actions.set_own_preferences(
        preferences=Preferences(**form.cleaned_data), by=actor(request), at=clock.now()
    )
    response = redirect("account_home")
    # The theme of the switch in the bar must not outlive the choice made here.
    response.delete_cookie("libin-theme")
    return response


@sensitive_post_parameters("current", "password", "again")
@require_http_methods(["GET", "POST"])
@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; every other session is closed."""
    form = ChangePasswordForm(request.POST or None, user=request.user)
    if form.is_valid() and _password_changed(request, form, clock.now()):
        messages.success(request, _("Your password was changed; your other sessions are closed."))
        return redirect("account_home")
    status = 422 if form.errors else 200
    return render(
        request, "account/change_password.html", {"page": PasswordPage(form=form)}, status=status
    )


def _password_changed(request: HttpRequest, form: Form, at: datetime) -> bool:
    try:
        staff = actions.change_own_password(
            password=form.cleaned_data["password"],
            keep=_own_key(request),
            by=actor(request),
            at=at,
        )
    except PasswordTooWeak as refusal:
        form.add_error("password", str(refusal))
        return False
    update_session_auth_hash(request, staff)
    return True


@require_GET
@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Whether a second factor is set up, and what can be done."""
    page = SecondFactorPage(
        has_second_factor=is_mfa_enabled(request.user),
        required=settings.LIBIN_SECOND_FACTOR == "required",
    )
    return render(request, "account/second_factor.html", {"page": page})


@require_POST
@login_required
def end_session(request: HttpRequest) -> HttpResponse:
    """Close one of one's own sessions."""
    key = request.POST.get("session", "")
    if actions.end_own_session(session_key=key, by=actor(request), at=clock.now()):
        messages.success(request, _("The session was closed."))
    return redirect("account_home")


@require_POST
@login_required
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Close all of one's own sessions but this one."""
    viewer = actor(request)
    actions.end_sessions(staff_id=viewer.person, keep=_own_key(request), by=viewer, at=clock.now())
    messages.success(request, _("All other sessions were closed."))
    return redirect("account_home")
