"""Every address of the house, by delivery room."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("libin.web.urls")),
    path("", include("libin.portal.urls")),
]
