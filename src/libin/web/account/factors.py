"""Second factors: allauth's screens, with what they change put on record in the same transaction."""

from typing import Any

from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from libin.kernel import clock
from libin.people import actions
from libin.web.shell.asking import actor


class _NeedsFactor:
    """Leads whoever has no second factor to where one is set up."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not is_mfa_enabled(request.user):
            return redirect("mfa_index")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class _OnRecord:
    """Notes that the change of a valid form was made."""

    event: str

    @transaction.atomic
    def form_valid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        by = actor(self.request)  # type: ignore[attr-defined]
        actions.note_second_factor(event=self.event, by=by, at=clock.now())
        return response


class TurnOnView(_OnRecord, ActivateTOTPView):  # type: ignore[misc]
    """Sets up an authenticator app."""

    event = "app_on"


class TurnOffView(_NeedsFactor, _OnRecord, DeactivateTOTPView):  # type: ignore[misc]
    """Takes the authenticator app away."""

    event = "app_off"


class NewRecoveryCodesView(_NeedsFactor, _OnRecord, GenerateRecoveryCodesView):  # type: ignore[misc]
    """Makes new recovery codes; the former ones stop working."""

    event = "recovery_codes_made"


class RecoveryCodesView(_NeedsFactor, ViewRecoveryCodesView):  # type: ignore[misc]
    """Shows the recovery codes that are left, after proof of who it is."""


turn_on = TurnOnView.as_view()
turn_off = TurnOffView.as_view()
recovery_codes = RecoveryCodesView.as_view()
new_recovery_codes = NewRecoveryCodesView.as_view()
