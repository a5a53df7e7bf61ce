"""Addresses of the staff screens."""

from django.urls import path

from libin.web.people import changes, roster, views

app_name = "people"
urlpatterns = [
    path("", views.staff_list, name="list"),
    path("invite/", views.invite, name="invite"),
    path("duties/", views.duties, name="duties"),
    path("roster/", roster.roster, name="roster"),
    path("roster/shifts/<int:shift_id>/cancel/", roster.cancel_shift, name="cancel_shift"),
    path("roster/leaves/<int:leave_id>/cancel/", roster.cancel_leave, name="cancel_leave"),
    path("<int:staff_id>/", views.person, name="person"),
    path("<int:staff_id>/details/", changes.details, name="details"),
    path("<int:staff_id>/roles/", changes.roles, name="roles"),
    path("<int:staff_id>/teams/", changes.teams, name="teams"),
    path("<int:staff_id>/skills/", changes.skills, name="skills"),
    path("<int:staff_id>/certificates/", changes.certificate, name="certificate"),
    path(
        "<int:staff_id>/certificates/<int:certificate_id>/remove/",
        changes.remove_certificate,
        name="remove_certificate",
    ),
    path("<int:staff_id>/invite-again/", changes.invite_again, name="invite_again"),
    path("<int:staff_id>/deactivate/", changes.deactivate, name="deactivate"),
    path("<int:staff_id>/reactivate/", changes.reactivate, name="reactivate"),
]
