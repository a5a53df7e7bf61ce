"""Addresses of the customer screens."""

from django.urls import path

from libin.web.customers import views

app_name = "customers"
urlpatterns = [
    path("customers/", views.customer_list, name="list"),
    path("customers/add/", views.add, name="add"),
    path("customers/<int:customer_id>/", views.show, name="page"),
    path("customers/<int:customer_id>/profile/", views.profile, name="profile"),
    path("customers/<int:customer_id>/tier/", views.tier, name="tier"),
    path("customers/<int:customer_id>/manager/", views.manager, name="manager"),
    path("customers/<int:customer_id>/contacts/", views.add_contact, name="add_contact"),
    path("customers/contacts/<int:contact_id>/reveal/", views.reveal, name="reveal"),
    path(
        "customers/contacts/<int:contact_id>/remove/", views.remove_contact, name="remove_contact"
    ),
]
