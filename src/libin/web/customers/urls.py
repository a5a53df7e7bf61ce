"""Addresses of the customer screens."""

from django.urls import path

from libin.web.customers import views

app_name = "customers"
urlpatterns = [
    path("", views.customer_list, name="list"),
    path("add/", views.add, name="add"),
    path("<int:customer_id>/", views.show, name="page"),
    path("<int:customer_id>/profile/", views.profile, name="profile"),
    path("<int:customer_id>/tier/", views.tier, name="tier"),
    path("<int:customer_id>/manager/", views.manager, name="manager"),
    path("<int:customer_id>/contacts/", views.add_contact, name="add_contact"),
    path("contacts/<int:contact_id>/reveal/", views.reveal, name="reveal"),
    path("contacts/<int:contact_id>/remove/", views.remove_contact, name="remove_contact"),
]
