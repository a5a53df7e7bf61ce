"""The addresses of the house with the mail screens among them."""

from django.urls import include, path

from libin.config.urls import urlpatterns as house

urlpatterns = [path("channels/", include("libin.web.channels.urls")), *house]
