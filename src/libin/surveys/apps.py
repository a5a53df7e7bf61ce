"""The surveys' room as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    """Invitations to rate, answers and follow-ups."""

    name = "libin.surveys"
    label = "surveys"
    verbose_name = _("Surveys")
