"""The mail screens as a Django application, so that templates and words are found."""

from django.apps import AppConfig


class ChannelScreensConfig(AppConfig):
    """Mailboxes, quarantine, undelivered mail, failed work."""

    name = "libin.web.channels"
    label = "web_channels"
