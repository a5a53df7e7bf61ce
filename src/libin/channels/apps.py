"""The channels as a Django application."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Mailboxes, mail in, letters out."""

    name = "libin.channels"
    label = "channels"
