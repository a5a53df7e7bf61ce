"""Where a visitor comes from: a proxy is believed only where one is declared, and only its own word."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from libin.portal.shell.visits import address_of

FORGED = "203.0.113.9"
PROXY = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(
    ("proxy", "forwarded", "believed"),
    [
        (None, FORGED, "198.51.100.7"),
        (PROXY, f"{FORGED}, 192.0.2.4", "192.0.2.4"),
        (PROXY, "192.0.2.4", "192.0.2.4"),
        (PROXY, "", "198.51.100.7"),
        (PROXY, "x" * 500, "x" * 64),
    ],
)
def test_a_visitor_cannot_choose_her_address(
    rf: RequestFactory,
    settings: Settings,
    proxy: tuple[str, str] | None,
    forwarded: str,
    believed: str,
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = proxy
    request = rf.get("/", REMOTE_ADDR="198.51.100.7", headers={"X-Forwarded-For": forwarded})
    assert address_of(request) == believed
