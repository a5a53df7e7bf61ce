"""Every address answers with the headers that keep a browser safe, and looking never writes."""

import re

import pytest
from django.http import HttpResponseBase
from django.test import Client

from tests.house.routes import Route, routes

HASH_OR_NONCE = re.compile(r"'(nonce|sha\d+)-")


def reachable() -> list[Route]:
    """Addresses that need nothing but their name."""
    return [route for route in routes() if not route.parameters]


def test_there_are_addresses_to_look_at():
    assert len(routes()) > 40


def test_every_address_has_a_name_of_its_own():
    names = [route.name for route in routes()]
    assert not [route.pattern for route in routes() if route.name.endswith(":") or not route.name]
    assert not {name for name in names if names.count(name) > 1}


def test_no_address_carries_a_token_in_its_query_or_a_file_number():
    assert not [route.pattern for route in routes() if re.search(r"files?/<int:", route.pattern)]


def policy(response: HttpResponseBase) -> dict[str, list[str]]:
    """The content policy of a response by directive."""
    found = {}
    for part in response.headers.get("Content-Security-Policy", "").split(";"):
        name, *values = part.split() or [""]
        found[name] = values
    return found


def complaints(response: HttpResponseBase) -> list[str]:
    """Headers that are missing or too wide."""
    rules, headers = policy(response), response.headers
    wide = {"'unsafe-inline'", "'unsafe-eval'", "*", "data:", "http:", "https:"}
    found = [
        f"{name} allows {value}"
        for name in ("script-src", "style-src", "default-src", "connect-src", "form-action")
        for value in rules.get(name, ["*"])
        if value in wide
    ]
    found += [
        f"no {name}"
        for name in ("object-src", "base-uri", "frame-ancestors")
        if not rules.get(name)
    ]
    found += (
        []
        if rules.get("object-src") == rules.get("base-uri") == ["'none'"]
        else ["plugins or base"]
    )
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    return found + [f"no {name}" for name, value in wanted.items() if headers.get(name) != value]


@pytest.mark.django_db
@pytest.mark.parametrize("route", reachable(), ids=lambda route: route.name)
def test_an_address_answers_a_stranger_safely(route: Route, client: Client):
    if route.name.startswith("shell:live"):
        return
    response = client.get("/" + route.pattern)
    # Without a worker the health check says so; everything else answers.
    assert response.status_code < 500 or route.name == "healthz"
    assert not complaints(response)
    for cookie in response.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] in {"Lax", "Strict"}, cookie.key


@pytest.mark.django_db
def test_what_is_not_there_answers_safely(client: Client):
    response = client.get("/nowhere/at/all")
    assert response.status_code == 404
    assert not complaints(response)


@pytest.mark.django_db
@pytest.mark.parametrize("route", reachable(), ids=lambda route: route.name)
def test_a_form_from_elsewhere_is_refused(route: Route):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/" + route.pattern, {"x": "1"})
    assert response.status_code in {302, 401, 403, 404, 405}
    if response.status_code == 302:
        assert "login" in response.headers["Location"] or "sign" in response.headers["Location"]


@pytest.mark.django_db
def test_a_strangers_forwarding_headers_are_ignored(client: Client):
    response = client.get(
        "/healthz", headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    )
    assert b"evil.example" not in response.content
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
