"""Django's settings of an installation, read from its environment and its data folder."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF

from libin.config.home import PACKAGE, find_home, secret
from libin.config.settings_auth import *  # noqa: F403 - one file owns how staff sign in
from libin.config.settings_auth import AUTH_APPS, AUTH_MIDDLEWARE

LIBIN_HOME = find_home()
SECRET_KEY = secret(LIBIN_HOME, "secret-key")
DEBUG = False
LIBIN_DEMO = os.environ.get("LIBIN_DEMO", "") == "1"

LIBIN_URL = os.environ.get("LIBIN_URL", "http://127.0.0.1:8000").rstrip("/")
_HOST = urlsplit(LIBIN_URL).hostname or "127.0.0.1"
_SECURE = LIBIN_URL.startswith("https://")
ALLOWED_HOSTS = [h for h in os.environ.get("LIBIN_HOSTS", "").split(",") if h] or [
    _HOST,
    "127.0.0.1",
    "localhost",
]
CSRF_TRUSTED_ORIGINS = [LIBIN_URL]

INSTALLED_APPS = [
    "libin.kernel",
    "libin.people",
    "libin.handbook",
    "libin.customers",
    "libin.desk",
    "libin.channels",
    "libin.surveys",
    "libin.ui",
    "libin.portal",
    "libin.web.shell",
    "libin.web.desk",
    "libin.web.customers",
    "libin.web.handbook",
    "libin.web.surveys",
    "libin.web.channels",
    *AUTH_APPS,
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_vite",
    "template_partials",
]

if LIBIN_DEMO:
    INSTALLED_APPS.append("libin.config.demo")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    *AUTH_MIDDLEWARE,
    "libin.web.shell.middleware.everyday",
]

ROOT_URLCONF = "libin.config.urls"
WSGI_APPLICATION = "libin.config.wsgi.application"
ASGI_APPLICATION = "libin.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.messages.context_processors.messages",
                "libin.web.shell.context.shell",
            ],
        },
    }
]


def _database(url: str) -> dict[str, object]:
    """Django's description of the PostgreSQL at this URL."""
    parts = urlsplit(url)
    options: dict[str, object] = dict(parse_qsl(parts.query))
    host = str(options.pop("host", "") or unquote(parts.hostname or ""))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options | {"options": "-c lock_timeout=30000 -c statement_timeout=60000"},
    }


# `libin up` sets LIBIN_DATABASE for the embedded server; DATABASE_URL names one of your own.
DATABASES = {
    "default": _database(
        os.environ.get("DATABASE_URL") or os.environ.get("LIBIN_DATABASE") or "postgresql:///libin"
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = os.environ.get("LIBIN_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True
LIBIN_ORGANISATION = os.environ.get("LIBIN_ORGANISATION", "")

STATIC_URL = "/static/"
STATIC_ROOT = LIBIN_HOME / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
DJANGO_VITE = {
    "default": {
        "manifest_path": PACKAGE / "ui" / "static" / "dist" / "manifest.json",
        "static_url_prefix": "dist",
    }
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_NAME = "__Host-libin" if _SECURE else "libin"
CSRF_COOKIE_NAME = "__Host-libin-csrf" if _SECURE else "libin-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "libin.web.shell.views.csrf_failure"
SECURE_SSL_REDIRECT = _SECURE and os.environ.get("LIBIN_BEHIND_PROXY") != "1"
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("LIBIN_BEHIND_PROXY") == "1" else None
)
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}

EMAIL_HOST = os.environ.get("LIBIN_SMTP_HOST", "127.0.0.1")
EMAIL_PORT = int(os.environ.get("LIBIN_SMTP_PORT", "8026" if LIBIN_DEMO else "25"))
EMAIL_HOST_USER = os.environ.get("LIBIN_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("LIBIN_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("LIBIN_SMTP_TLS", "") == "starttls"
EMAIL_USE_SSL = os.environ.get("LIBIN_SMTP_TLS", "") == "ssl"
EMAIL_TIMEOUT = 20
LIBIN_MAIL_FROM = os.environ.get("LIBIN_MAIL_FROM", "help@libin.example")
LIBIN_MAIL_DOMAIN = LIBIN_MAIL_FROM.rstrip(">").rpartition("@")[2]
LIBIN_MAIL_IN_HOST = os.environ.get("LIBIN_MAIL_IN_HOST", "127.0.0.1")
LIBIN_MAIL_IN_PORT = int(os.environ.get("LIBIN_MAIL_IN_PORT", "8025"))
# Servers that the worker runs beside its loops: each names a function that starts one and returns it.
LIBIN_LISTENERS = ["libin.config.demo.sink.start"] if LIBIN_DEMO else []
DEFAULT_FROM_EMAIL = SERVER_EMAIL = LIBIN_MAIL_FROM
EMAIL_BACKEND = "libin.kernel.mail_backend.Outbox"

HANDBOOKS = Path(
    os.environ.get("LIBIN_HANDBOOKS")
    or (
        PACKAGE / "_handbooks"
        if (PACKAGE / "_handbooks").exists()
        else PACKAGE.parents[1] / "handbooks"
    )
)
TEST_RUNNER = "django.test.runner.DiscoverRunner"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LIBIN_LOG", "WARNING")},
}
