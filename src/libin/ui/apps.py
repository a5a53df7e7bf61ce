"""The room of components."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Components and formats; it has no tables."""

    name = "libin.ui"
    label = "ui"
