"""A private PostgreSQL for test runs: one shared server, one migrated template, one clone per run."""

import fcntl
import hashlib
import importlib.metadata
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from libin.kernel.postgres import Cluster
from tests.house.sources import PACKAGE

HOME = Path(tempfile.gettempdir()) / f"libin-tests-{os.geteuid()}"
# Nothing in here outlives a run, so the disk need not be waited for.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
SHAPERS = ("django", "django-allauth")


class Database:
    """This run's own clone of the migrated template; Django's default connection points to it."""

    def __init__(self, cluster: Cluster, template: str) -> None:
        self.cluster = cluster
        self.template = template
        self.name = f"run_{os.getpid()}_{secrets.token_hex(4)}"

    def make(self) -> None:
        """Clone the template and point Django to the clone."""
        self.cluster.create_database(self.name, template=self.template)
        point_django_to(self.cluster, self.name)

    def drop(self) -> None:
        """Forget everything that was written."""
        connections.close_all()
        self.cluster.drop_database(self.name)

    def renew(self) -> None:
        """A fresh clone in place of the used one: after a test that really committed."""
        self.drop()
        self.make()


def point_django_to(cluster: Cluster, name: str) -> None:
    """Have every later connection of Django go to one database of the cluster."""
    connections.close_all()
    words = cluster.dsn(name)
    connections["default"].settings_dict.update(
        ENGINE="django.db.backends.postgresql",
        HOST=words["host"],
        PORT="",
        USER=words["user"],
        PASSWORD=words["password"],
        NAME=words["dbname"],
    )


def shape() -> str:
    """A short hash of all that decides what the migrated database looks like."""
    taste = hashlib.sha256()
    for path in sorted(PACKAGE.glob("*/migrations/*")):
        if path.is_file():
            taste.update(str(path.relative_to(PACKAGE)).encode() + path.read_bytes())
    for name in SHAPERS:
        taste.update(importlib.metadata.version(name).encode())
    taste.update(repr(settings.INSTALLED_APPS).encode())
    return taste.hexdigest()[:16]


@contextmanager
def database() -> Iterator[Database]:
    """A database for one test run; the server stops when the last run that uses it ends."""
    HOME.mkdir(mode=0o755, exist_ok=True)
    cluster = Cluster(HOME, settings=FAST)
    with (HOME / "users.lock").open("w") as users:
        alone = _try_to_be_alone(users)
        if not alone:
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            cluster.start()
            template = f"template_{shape()}"
            if alone:
                _sweep(cluster, keep=template)
                fcntl.flock(users, fcntl.LOCK_SH)
            _ensure_template(cluster, template)
            own = Database(cluster, template)
            own.make()
            yield own
            own.drop()
        finally:
            connections.close_all()
            if _try_to_be_alone(users):
                cluster.stop()


def _try_to_be_alone(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sweep(cluster: Cluster, *, keep: str) -> None:
    """Drop what killed runs left behind and templates of yesterday's migrations."""
    with psycopg.connect(make_conninfo(**cluster.admin_dsn()), autocommit=True) as connection:
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE datname ~ '^(run|template|building)_' AND datname <> %s",
            [keep],
        ).fetchall()
    for (name,) in found:
        cluster.drop_database(name)


def _ensure_template(cluster: Cluster, template: str) -> None:
    with (HOME / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(make_conninfo(**cluster.admin_dsn()), autocommit=True) as connection:
            known = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(known, [template]).fetchone():
                return
            building = f"building_{secrets.token_hex(4)}"
            cluster.create_database(building)
            point_django_to(cluster, building)
            call_command("migrate", verbosity=0, interactive=False)
            connections.close_all()
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(building), sql.Identifier(template)
                )
            )
