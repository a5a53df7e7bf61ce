"""Second factors: allauth's screens, with what they change put on record in the same transaction."""

from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse

from libin.kernel import clock
from libin.people import actions
from libin.web.shell.asking import actor


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


class TurnOffView(_OnRecord, DeactivateTOTPView):  # type: ignore[misc]
    """Takes the authenticator app away."""

    event = "app_off"


class NewRecoveryCodesView(_OnRecord, GenerateRecoveryCodesView):  # type: ignore[misc]
    """Makes new recovery codes; the former ones stop working."""

    event = "recovery_codes_made"


turn_on = TurnOnView.as_view()
turn_off = TurnOffView.as_view()
new_recovery_codes = NewRecoveryCodesView.as_view()
