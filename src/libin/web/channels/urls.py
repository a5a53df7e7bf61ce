"""Addresses of the mail screens."""

from django.urls import path

from libin.web.channels import views

app_name = "channels"
urlpatterns = [
    path("", views.mailboxes, name="mailboxes"),
    path("add/", views.add, name="add"),
    path("<int:mailbox_id>/", views.edit, name="edit"),
    path("mail/<str:shelf>/", views.shelf, name="shelf"),
    path("mail/<int:inbound_id>/raw/", views.raw, name="raw"),
    path("mail/<int:inbound_id>/release/", views.release, name="release"),
    path("undelivered/", views.undelivered, name="undelivered"),
    path("undelivered/<int:mail_id>/again/", views.send_again, name="send_again"),
    path("undelivered/<int:undelivered_id>/seen/", views.seen, name="seen"),
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<int:job_id>/again/", views.run_again, name="run_again"),
]
