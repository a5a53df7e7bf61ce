"""One installation as the command sees it: its data folder, its database, and Django set up on both."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.db import connection
from django.utils import translation

from libin.config.commands import words
from libin.config.home import find_home
from libin.kernel.postgres import ROLE, Cluster, External, chosen_server

DJANGO_LANGUAGES = {"zh": "zh-hans", "en": "en"}


class Installation:
    """The data folder and the server that LIBIN_HOME and DATABASE_URL name."""

    def __init__(self) -> None:
        self.home: Path = find_home()
        self.server: Cluster | External = chosen_server(self.home)

    @property
    def embedded(self) -> bool:
        return isinstance(self.server, Cluster)

    def start_database(self) -> bool:
        """Start or adopt the server, make our database; true when it was not running before."""
        # Where WhiteNoise looks besides the package; it complains of a folder that is not there.
        (self.home / "static").mkdir(parents=True, exist_ok=True)
        if isinstance(self.server, External):
            self.server.start()
            return False
        started = not self.server.is_running()
        self.server.start()
        self.server.create_database(ROLE)
        os.environ["LIBIN_DATABASE"] = self.server.url(ROLE)
        return started

    @contextmanager
    def opened(self) -> Iterator["Installation"]:
        """The database running and Django set up; a server that was asleep is put to sleep again."""
        started = self.start_database()
        try:
            load_django()
            yield self
        finally:
            connection.close()
            if started:
                self.server.stop()


def load_django() -> None:
    """Set Django up on the database that `start_database` has found."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "libin.config.settings")
    django.setup()
    translation.activate(DJANGO_LANGUAGES[words.language()])
