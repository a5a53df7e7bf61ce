"""Every address of the staff screens, by area."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("libin.web.shell.urls")),
    path("account/", include("libin.web.account.urls")),
    path("handbook/", include("libin.web.handbook.urls")),
    path("people/", include("libin.web.people.urls")),
    path("customers/", include("libin.web.customers.urls")),
    path("verdicts/", include("libin.web.surveys.urls")),
    path("channels/", include("libin.web.channels.urls")),
    path("", include("libin.web.desk.urls")),
]
