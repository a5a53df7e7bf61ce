"""What this room does when it hears of a fact."""

from datetime import timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from libin.kernel.access import automation
from libin.kernel.facts import reacts_to
from libin.people import actions
from libin.people.facts import PasswordResetAsked


@reacts_to(PasswordResetAsked, name="people.send_password_reset")
def send_password_reset(said: PasswordResetAsked) -> None:
    """Mail the link, if somebody of that name works here."""
    if not said.staff_id:
        return
    path = reverse("account_reset_password_from_key", args=["TOKEN"])
    actions.send_password_reset(
        staff_id=said.staff_id,
        link=urljoin(settings.LIBIN_URL + "/", path.lstrip("/")).replace("TOKEN", "{token}"),
        valid_for=timedelta(minutes=settings.LIBIN_PASSWORD_RESET_MINUTES),
        by=automation("people.password_reset"),
        at=said.at,
    )
