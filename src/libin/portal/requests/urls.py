"""Addresses of a customer's requests."""

from django.urls import path

from libin.portal.requests import views

urlpatterns = [
    path("my/", views.requests, name="requests"),
    path("my/preferences/", views.preferences, name="preferences"),
    path("my/<int:number>/", views.request_page, name="request"),
    path("my/<int:number>/reply/", views.reply, name="reply"),
    path("my/files/<str:key>/", views.download, name="file"),
]
