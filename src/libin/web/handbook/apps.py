"""The handbook's screens as a Django application, so that templates and words are found."""

from django.apps import AppConfig


class HandbookScreensConfig(AppConfig):
    """The book, its versions and drafts."""

    name = "libin.web.handbook"
    label = "web_handbook"
