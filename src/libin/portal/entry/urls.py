"""Addresses of the door."""

from django.urls import path

from libin.portal.entry import views

urlpatterns = [
    path("my/sign-in/", views.sign_in, name="sign_in"),
    path("my/sign-in/sent/", views.link_sent, name="link_sent"),
    path("my/enter/<str:token>/", views.enter, name="enter"),
    path("my/sign-out/", views.leave, name="sign_out"),
]
