"""Addresses of the shell."""

from django.urls import path

from libin.web.shell import live, views

app_name = "shell"
urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.choose_language, name="language"),
    path("theme/", views.choose_theme, name="theme"),
    path("presence/", views.presence, name="presence"),
    path("live/", live.stream, name="live"),
    path("ui/", views.components, name="components"),
]
