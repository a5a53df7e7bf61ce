"""Forms of the sign-in and account screens."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.mfa.base import forms as factor_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from libin.kernel import clock
from libin.people import door
from libin.people.door import Knock


class SignInForm(account_forms.LoginForm):  # type: ignore[misc]
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["login"], _("E-mail address"), "username")
        self.fields["login"].widget.attrs["autofocus"] = True
        _plain(self.fields["password"], _("Password"), "current-password")


class ChangePasswordForm(account_forms.ChangePasswordForm):  # type: ignore[misc]
    """The current password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["oldpassword"], _("Current password"), "current-password")
        _plain(self.fields["password1"], _("New password"), "new-password")
        _plain(self.fields["password2"], _("New password again"), "new-password")


class ReauthenticateForm(account_forms.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something delicate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["password"], _("Password"), "current-password")


class _CodeOnce:
    """A code counts as an attempt before it is judged, and opens once over all processes."""

    def clean_code(self) -> str:
        at = clock.now()
        staff_id = self.user.pk  # type: ignore[attr-defined]
        knock = Knock({"code": str(staff_id)})
        if door.count_attempt(knock=knock, at=at):
            raise get_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]
        if not door.use_code(staff_id=staff_id, code=code, at=at):
            raise get_adapter().validation_error("incorrect_code")
        door.welcome(knock=knock)
        return code


class SecondFactorForm(_CodeOnce, factor_forms.AuthenticateForm):  # type: ignore[misc]
    """The code of the authenticator app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["code"], _("Code"), "one-time-code")
        self.fields["code"].widget.attrs["autofocus"] = True


class SecondFactorAgainForm(_CodeOnce, factor_forms.ReauthenticateForm):  # type: ignore[misc]
    """A code once more, before something delicate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["code"], _("Code"), "one-time-code")


def _plain(field: forms.Field, label: Any, autocomplete: str) -> None:
    """Our own label, and no placeholder or help that repeats it."""
    field.label = label
    field.help_text = ""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs["autocomplete"] = autocomplete
