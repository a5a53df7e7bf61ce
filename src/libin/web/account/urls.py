"""Addresses of the door and of one's own profile; names that allauth knows keep its names."""

from allauth.account import views as account_views
from allauth.mfa.base import views as factor_views
from django.urls import path

from libin.web.account import doors, factors, views

urlpatterns = [
    path("", views.home, name="account_home"),
    path("preferences/", views.preferences, name="account_preferences"),
    path("password/", views.change_password, name="account_change_password"),
    path("sessions/end/", views.end_session, name="account_end_session"),
    path("sessions/end-others/", views.end_other_sessions, name="account_end_other_sessions"),
    path("sign-in/", account_views.login, name="account_login"),
    path("sign-out/", account_views.logout, name="account_logout"),
    path("sign-in/again/", account_views.reauthenticate, name="account_reauthenticate"),
    path("sign-in/code/", factor_views.authenticate, name="mfa_authenticate"),
    path("sign-in/code-again/", factor_views.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/", views.second_factor, name="mfa_index"),
    path("second-factor/app/", factors.turn_on, name="mfa_activate_totp"),
    path("second-factor/app/remove/", factors.turn_off, name="mfa_deactivate_totp"),
    path(
        "second-factor/recovery/",
        factors.recovery_codes,
        name="mfa_view_recovery_codes",
    ),
    path(
        "second-factor/recovery/new/",
        factors.new_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("forgotten/", doors.forgotten, name="account_reset_password"),
    path("forgotten/new/", doors.set_forgotten, name="account_set_forgotten_password"),
    path("forgotten/<str:token>/", doors.open_reset, name="account_reset_password_from_key"),
    path("invitation/", doors.accept, name="account_accept_invitation"),
    path("invitation/<str:token>/", doors.open_invitation, name="account_invitation"),
    path("gone/", doors.inactive, name="account_inactive"),
]
