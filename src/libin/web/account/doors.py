"""Coming in by a mailed link: invitations and forgotten passwords.

The token leaves the address at once: its hash waits in the session while the password is chosen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from libin.kernel import clock
from libin.people import actions, door, queries
from libin.people.door import DOOR, Knock
from libin.people.refusals import LinkNotValid, PasswordTooWeak
from libin.people.rules import token_hash
from libin.web.account.forms import ForgottenForm, NewPasswordForm

_INVITATION = "invitation"
_RESET = "password_reset"


@dataclass(frozen=True, slots=True)
class ChoosePage:
    """The page on which somebody chooses a password."""

    title: str
    words: str
    name: str
    email: str
    form: forms.Form


@dataclass(frozen=True, slots=True)
class ForgottenPage:
    """The page that asks for an address; `asked` once it was given."""

    form: forms.Form
    asked: bool = False


@never_cache
@require_GET
def open_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address, if it still opens."""
    return _take(
        request, token, queries.invitation_to_use, _INVITATION, "account_accept_invitation"
    )


@never_cache
@require_GET
def open_reset(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address, if it still opens."""
    return _take(request, token, queries.reset_to_use, _RESET, "account_set_forgotten_password")


def _take(
    request: HttpRequest, token: str, look_up: Callable[..., Any], key: str, target: str
) -> HttpResponse:
    hashed = token_hash(token)
    try:
        look_up(hashed, at=clock.now())
    except LinkNotValid as refusal:
        return _closed(request, refusal)
    request.session[key] = hashed.hex()
    return redirect(target)


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """A new colleague chooses her first password."""
    return _choose(
        request,
        key=_INVITATION,
        look_up=queries.invitation_to_use,
        act=actions.accept_invitation,
        title=_("Welcome"),
        words=_("Choose a password for your account."),
        done=_("Your account is ready. Please sign in."),
    )


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def set_forgotten(request: HttpRequest) -> HttpResponse:
    """Somebody who forgot her password chooses another."""
    return _choose(
        request,
        key=_RESET,
        look_up=queries.reset_to_use,
        act=actions.reset_password,
        title=_("Choose a new password"),
        words=_("All open sessions will be closed."),
        done=_("Your password was changed. Please sign in."),
    )


def _choose(
    request: HttpRequest,
    *,
    key: str,
    look_up: Callable[..., Any],
    act: Callable[..., Any],
    title: str,
    words: str,
    done: str,
) -> HttpResponse:
    at = clock.now()
    hashed = bytes.fromhex(request.session.get(key, ""))
    try:
        staff = look_up(hashed, at=at).staff
        form = NewPasswordForm(request.POST or None)
        if form.is_valid() and _chosen(act, form, hashed, at):
            logout(request)
            messages.success(request, done)
            return redirect("account_login")
    except LinkNotValid as refusal:
        request.session.pop(key, None)
        return _closed(request, refusal)
    page = ChoosePage(title=title, words=words, name=staff.name, email=staff.email, form=form)
    status = 422 if form.errors else 200
    return render(request, "account/choose_password.html", {"page": page}, status=status)


def _chosen(act: Callable[..., Any], form: forms.Form, hashed: bytes, at: datetime) -> bool:
    try:
        act(hashed_token=hashed, password=form.cleaned_data["password"], by=DOOR, at=at)
    except PasswordTooWeak as refusal:
        form.add_error("password", str(refusal))
        return False
    return True


@never_cache
@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same whoever is named."""
    form = ForgottenForm(request.POST or None)
    asked = False
    if form.is_valid():
        at = clock.now()
        email = form.cleaned_data["email"]
        address = str(request.META.get("REMOTE_ADDR") or "unknown")
        if door.count_attempt(knock=Knock({"request": email, "address": address}), at=at):
            form.add_error(None, _("Too many attempts. Please wait a while and try again."))
        else:
            actions.ask_password_reset(email=email, by=DOOR, at=at)
            asked = True
    page = ForgottenPage(form=form, asked=asked)
    status = 422 if form.errors else 200
    return render(request, "account/forgotten.html", {"page": page}, status=status)


@require_GET
def inactive(request: HttpRequest) -> HttpResponse:
    """Where allauth sends somebody deactivated between two steps: back to the door."""
    return redirect("account_login")


def _closed(request: HttpRequest, refusal: LinkNotValid) -> HttpResponse:
    return render(request, "account/link_closed.html", {"words": str(refusal)}, status=404)
