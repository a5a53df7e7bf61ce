"""People as a Django application."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Staff, teams, roles and attendance."""

    name = "libin.people"
    label = "people"
