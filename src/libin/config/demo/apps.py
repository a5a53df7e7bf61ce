"""The demo as a Django application; only installed in demo mode."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """What only the demo has."""

    name = "libin.config.demo"
    label = "demo"
