"""The staff screens as a Django application, so that templates and words are found."""

from django.apps import AppConfig


class PeopleScreensConfig(AppConfig):
    """Staff, roles and duties."""

    name = "libin.web.people"
    label = "web_people"
