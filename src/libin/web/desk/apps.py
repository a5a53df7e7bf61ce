"""The workspace as a Django application, so that templates and words are found."""

from django.apps import AppConfig


class DeskScreensConfig(AppConfig):
    """Queue, case and day view."""

    name = "libin.web.desk"
    label = "web_desk"
