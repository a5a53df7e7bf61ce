"""How staff sign in; times and policies of the installation, read from the environment."""

import os

AUTH_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "libin.web.account",
    "libin.web.people",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
# After sessions, authentication and messages.
AUTH_MIDDLEWARE = [
    "allauth.account.middleware.AccountMiddleware",
    "libin.web.account.middleware.keep_session",
]

AUTH_USER_MODEL = "people.Staff"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _VALIDATION + "MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": _VALIDATION + "CommonPasswordValidator"},
    {"NAME": "libin.people.passwords.VariedPassword"},
    {
        "NAME": _VALIDATION + "UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name", "pinyin")},
    },
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

# Idle and absolute limits in seconds; the server keeps them, the cookie ends with the browser.
SESSION_ENGINE = "libin.people.sessions"
SESSION_COOKIE_AGE = int(os.environ.get("LIBIN_SESSION_IDLE_MINUTES", "120")) * 60
LIBIN_SESSION_ABSOLUTE_SECONDS = int(os.environ.get("LIBIN_SESSION_HOURS", "12")) * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# "offered": a second factor is each person's choice; "required": nobody gets further without one.
LIBIN_SECOND_FACTOR = os.environ.get("LIBIN_SECOND_FACTOR", "offered")
LIBIN_INVITATION_HOURS = 72
LIBIN_PASSWORD_RESET_MINUTES = 30

ACCOUNT_ADAPTER = "libin.web.account.adapter.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_FORMS = {
    "login": "libin.web.account.forms.SignInForm",
    "reauthenticate": "libin.web.account.forms.ReauthenticateForm",
}
# The doors count failures themselves (people.actions.door): exact, shared by all processes, and
# a stranger cannot lock anybody out. What allauth counts for other acts stays as it is.
ACCOUNT_RATE_LIMITS = {"login": False, "login_failed": False}

MFA_ADAPTER = "libin.web.account.adapter.StaffSecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Libin"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_COUNT = 10
MFA_FORMS = {
    "activate_totp": "libin.web.account.forms.TurnOnForm",
    "authenticate": "libin.web.account.forms.SecondFactorForm",
    "reauthenticate": "libin.web.account.forms.SecondFactorAgainForm",
}
