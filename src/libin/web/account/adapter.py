"""How allauth asks our house: throttling, refusing strangers, and what a sign-in leaves behind."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from libin.kernel import clock, vault
from libin.people import door
from libin.people.actions import sessions
from libin.people.queries import actor_of
from libin.people.sessions import DEVICE, SIGNED_IN_AT
from libin.web.account import devices


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Staff only, by invitation only."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("That e-mail address and password do not belong together."),
        "too_many_login_attempts": _("Too many attempts. Please wait a while and try again."),
        "incorrect_password": _("That is not the right password."),
        "enter_current_password": _("That is not your current password."),
        "incorrect_code": _("That code is not right. Codes work once; wait for the next one."),
        "rate_limited": _("Too many attempts. Please wait a while and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address the server saw; what a proxy may add is settled before Django."""
        return str(request.META.get("REMOTE_ADDR") or "unknown")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """The person these credentials belong to, if she may come in.

        A deactivated person gets the same answer as a wrong password.
        """
        at = clock.now()
        email = str(credentials.get("email", ""))
        knock = devices.knock(request, email=email, address=self.get_client_ip(request))
        if door.count_attempt(knock=knock, at=at):
            raise self.validation_error("too_many_login_attempts")
        user = authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()
        if user is None or not user.is_active:
            sessions.note_failed_sign_in(
                account=devices.account_mark(email), reason="credentials", by=door.DOOR, at=at
            )
            return None
        door.welcome(knock=knock)
        return user

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        found = self.authenticate(self.request, email=user.get_username(), password=password)
        return found is not None and found.pk == user.pk

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Open the session under a new key and note when and on what it began."""
        at = clock.now()
        super().login(request, user)
        request.session[SIGNED_IN_AT] = at.isoformat()
        request.session[DEVICE] = devices.describe(request.META.get("HTTP_USER_AGENT", ""))
        sessions.note_sign_in(by=actor_of(user), at=at)

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, **hooks: Any
    ) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **hooks)
        devices.remember(response, email=user.get_username(), secure=settings.SESSION_COOKIE_SECURE)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing: what this house mails to staff, its own actions write."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: what this house mails to staff, its own actions write."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: the pages themselves say what happened."""


class StaffSecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors, their secrets sealed in the database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": StaffAccountAdapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": _("This installation asks everybody for a second factor."),
    }

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Where a second factor is required, it can be replaced but not turned off."""
        return bool(settings.LIBIN_SECOND_FACTOR != "required")

    def encrypt(self, text: str) -> str:
        return vault.seal(text, b"people.second_factor").hex()

    def decrypt(self, encrypted_text: str) -> str:
        return vault.unseal(bytes.fromhex(encrypted_text), b"people.second_factor")
