"""The one address for strangers and load balancers says two words and no more."""

import pytest
from django.db import connection
from django.test import RequestFactory

from libin.config.healthz import healthz
from libin.kernel import clock

pytestmark = pytest.mark.django_db


def test_a_house_without_a_worker_is_not_ok_and_says_nothing_else(rf: RequestFactory) -> None:
    answer = healthz(rf.get("/healthz"))
    assert (answer.status_code, answer.content) == (503, b"not ok\n")
    assert "no-store" in answer["Cache-Control"]


def test_a_house_with_a_worker_is_ok(rf: RequestFactory) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_heartbeat (part, seen_at, note) VALUES ('worker', %s, '')",
            [clock.now()],
        )
    answer = healthz(rf.get("/healthz"))
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_only_looking_is_allowed(rf: RequestFactory) -> None:
    assert healthz(rf.post("/healthz")).status_code == 405
