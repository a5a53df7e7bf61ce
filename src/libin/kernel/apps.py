"""The kernel as a Django application: it finds reactions and jobs by name."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    """Registers what the rooms above want to hear and to run."""

    name = "libin.kernel"
    label = "kernel"

    def ready(self) -> None:
        autodiscover_modules("facts", "reactions", "jobs")
