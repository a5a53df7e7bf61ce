"""The customers' room as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """Customers, their contact points and their sign-in by proof."""

    name = "libin.customers"
    label = "customers"
    verbose_name = _("Customers")
