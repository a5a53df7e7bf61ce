"""Every address of the portal, by screen area."""

from django.urls import URLPattern, URLResolver

from libin.portal.contact.urls import urlpatterns as contact
from libin.portal.entry.urls import urlpatterns as entry
from libin.portal.rating.urls import urlpatterns as rating
from libin.portal.requests.urls import urlpatterns as requests

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [*contact, *entry, *requests, *rating]
