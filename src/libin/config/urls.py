"""Every address of the house, by delivery room."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from libin.config.healthz import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("", include("libin.web.urls")),
    path("", include("libin.portal.urls")),
]
if settings.LIBIN_DEMO:
    urlpatterns.append(path("demo/mailbox/", include("libin.config.demo.urls")))
