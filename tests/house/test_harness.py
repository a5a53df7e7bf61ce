"""The ground under the tests is as private and as fast as it says."""

import socket

import pytest
from django.conf import settings
from django.db import connection, transaction

from libin.kernel.models import Heartbeat
from tests.harness.network import NetworkIsOff


def test_the_network_is_off():
    with pytest.raises(NetworkIsOff):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(NetworkIsOff):
        socket.getaddrinfo("mail.example.com", 25)


def test_this_machine_may_be_spoken_to():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


def test_an_installation_of_its_own():
    assert settings.LIBIN_HOME.name.startswith("libin-test-home-")


@pytest.mark.django_db
def test_the_database_is_a_clone_of_this_run():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone()[0].startswith("run_")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_a_test_commits_is_gone_for_the_next(turn: str, settings: object):
    assert not Heartbeat.objects.exists()
    with transaction.atomic():
        Heartbeat.objects.create(part=turn, seen_at="2026-11-21T08:00:00Z")
    assert Heartbeat.objects.count() == 1
