"""The customer screens as a Django application, so that templates and words are found."""

from django.apps import AppConfig


class CustomerScreensConfig(AppConfig):
    """List, search and page of customers."""

    name = "libin.web.customers"
    label = "web_customers"
