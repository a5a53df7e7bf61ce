"""The portal as a Django application, so that templates and words are found."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The customer's side of the house."""

    name = "libin.portal"
    label = "portal"
