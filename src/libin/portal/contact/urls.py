"""Addresses of the form."""

from django.urls import path

from libin.portal.contact import views

urlpatterns = [
    path("help/", views.write, name="home"),
    path("help/received/<str:receipt>/", views.received, name="received"),
]
