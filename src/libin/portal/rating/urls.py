"""Addresses of the rating."""

from django.urls import path

from libin.portal.rating import views
from libin.surveys.rules import RATING_PATH

urlpatterns = [
    path(f"{RATING_PATH.lstrip('/')}<str:token>", views.rate, name="rate"),
]
