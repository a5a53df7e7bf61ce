"""Addresses of the survey screens."""

from django.urls import path

from libin.web.surveys import views

app_name = "surveys"
urlpatterns = [
    path("", views.low_scores, name="list"),
    path("results/", views.results, name="results"),
    path("follow-ups/<int:follow_up_id>/take/", views.take, name="take"),
    path("follow-ups/<int:follow_up_id>/finish/", views.finish, name="finish"),
]
