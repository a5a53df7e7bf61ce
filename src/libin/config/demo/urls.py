"""Addresses that only the demo has."""

from django.urls import path

from libin.config.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.choose, name="choose"),
    path("<str:email>/", views.mailbox, name="mailbox"),
]
