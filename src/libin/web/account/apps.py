"""The account screens as a Django application, so that templates and words are found."""

from django.apps import AppConfig


class AccountScreensConfig(AppConfig):
    """Sign-in and own profile."""

    name = "libin.web.account"
    label = "web_account"
