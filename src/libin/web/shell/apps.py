"""The shell of the staff screens as a Django application, so that templates and words are found."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    """Layout, navigation, errors and the living page of components."""

    name = "libin.web.shell"
    label = "web_shell"
