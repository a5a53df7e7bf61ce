"""Known devices: a signed cookie by which a person's own browser is told from a stranger's."""

import re
import secrets

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from libin.people.door import Knock

_COOKIE = "libin_device"
_SALT = "libin.web.account.device"
_KEPT_SECONDS = 180 * 24 * 3600
_BROWSERS = (
    ("Edg/", "Edge"),
    ("MicroMessenger", "WeChat"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone|iPad", "iOS"),
    ("Android", "Android"),
    ("HarmonyOS", "HarmonyOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def account_mark(email: str) -> str:
    """A short keyed hash that stands for an account without naming it."""
    return salted_hmac(_SALT, email.strip().casefold(), algorithm="sha256").hexdigest()[:16]


def knock(request: HttpRequest, *, email: str, address: str) -> Knock:
    """Under what an attempt for this account counts: its own known device, or account and address."""
    nonce = _known(request, email)
    if nonce:
        return Knock({"device": nonce})
    return Knock({"account": email, "address": address})


def _known(request: HttpRequest, email: str) -> str:
    try:
        said = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_SALT, max_age=_KEPT_SECONDS)
    except signing.BadSignature:
        return ""
    same = constant_time_compare(str(said.get("account")), account_mark(email))
    return str(said.get("nonce")) if same else ""


def remember(response: HttpResponse, *, email: str, secure: bool) -> None:
    """Make the browser that just signed in a known one for this account."""
    said = {"account": account_mark(email), "nonce": secrets.token_urlsafe(16)}
    response.set_cookie(
        _COOKIE,
        signing.dumps(said, salt=_SALT),
        max_age=_KEPT_SECONDS,
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def describe(user_agent: str) -> str:
    """Browser and system in two words, so that a person recognises her own sessions."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if re.search(mark, user_agent)), "")
    return " / ".join(word for word in (browser, system) if word)
