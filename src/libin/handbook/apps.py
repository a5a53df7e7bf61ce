"""The handbook as a Django application."""

from django.apps import AppConfig


class HandbookConfig(AppConfig):
    """The rules of the service, their versions, and how they are kept."""

    name = "libin.handbook"
    label = "handbook"
