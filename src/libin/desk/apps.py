"""The desk as a Django application."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Cases and all that happens to them."""

    name = "libin.desk"
    label = "desk"
