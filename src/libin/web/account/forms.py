"""Forms of the sign-in and account screens."""

import zoneinfo
from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from libin.kernel import clock
from libin.people import door
from libin.people.door import Knock
from libin.web.dressing import dress


class SignInForm(account_forms.LoginForm):  # type: ignore[misc]
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["login"], _("E-mail address"), "username")
        self.fields["login"].widget.attrs["autofocus"] = True
        _plain(self.fields["password"], _("Password"), "current-password")


class ReauthenticateForm(account_forms.ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something delicate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["password"], _("Password"), "current-password")


class _Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


class NewPasswordForm(_Form):
    """A new password, twice; whether it is good enough, the action says."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=200,
        help_text=_(
            "At least 12 characters. A few words that only you would put together are good."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "again" in said and said.get("password") != said["again"]:
            self.add_error("again", _("The two passwords are not the same."))
        return said


class ChangePasswordForm(NewPasswordForm):
    """The current password, and the new one twice."""

    current = forms.CharField(
        label=_("Current password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("current", "password", "again")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_current(self) -> str:
        current: str = self.cleaned_data["current"]
        adapter = get_adapter()
        if not adapter.reauthenticate(self.user, current):
            raise adapter.validation_error("enter_current_password")
        return current


class ForgottenForm(_Form):
    """The address of somebody who forgot her password."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class PreferencesForm(_Form):
    """Language, time zone and theme."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(zone, zone) for zone in sorted(zoneinfo.available_timezones())],
    )
    theme = forms.ChoiceField(
        label=_("Appearance"),
        choices=[("auto", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))],
    )


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


class TurnOnForm(_CodeOnce, totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator app; it is spent, too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["code"], _("Code"), "one-time-code")


def _plain(field: forms.Field, label: Any, autocomplete: str) -> None:
    """Our own label, and no placeholder or help that repeats it."""
    field.label = label
    field.help_text = ""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs["class"] = "input"
    field.widget.attrs["autocomplete"] = autocomplete
