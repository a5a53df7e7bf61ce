"""The survey screens as a Django application, so that templates and words are found."""

from django.apps import AppConfig


class SurveyScreensConfig(AppConfig):
    """Low scores and results."""

    name = "libin.web.surveys"
    label = "web_surveys"
