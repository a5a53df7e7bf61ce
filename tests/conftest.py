"""What every test stands on: an installation of its own, a database of its own, and no network."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as hypothesis_settings

from tests.harness import network

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

    from tests.cast import Cast

HOME = tempfile.mkdtemp(prefix="libin-test-home-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
(Path(HOME) / "static").mkdir()
os.environ["LIBIN_HOME"] = HOME
os.environ["DJANGO_SETTINGS_MODULE"] = "libin.config.settings"
os.environ.pop("DATABASE_URL", None)

network.switch_off()

hypothesis_settings.register_profile(
    "house", derandomize=True, max_examples=60, deadline=None, database=None
)
hypothesis_settings.load_profile("house")


def pytest_configure() -> None:
    """Make what a run needs before Django is first looked at."""
    from django.conf import settings  # noqa: PLC0415 - the environment above comes first

    from libin.config.commands import messages  # noqa: PLC0415 - as above

    messages.compile_all()
    # Argon2 is slow on purpose; what it protects is tested where passwords are tested.
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: "DjangoDbBlocker"
) -> Iterator[None]:
    """Every test run has a private clone of the migrated template, dropped at the end."""
    from django.test import TransactionTestCase  # noqa: PLC0415 - Django is set up by now

    from tests.harness.database import database  # noqa: PLC0415 - as above

    with django_db_blocker.unblock(), database() as own, pytest.MonkeyPatch.context() as patch:
        # The audit trail refuses to be emptied, and should: a test that commits gets a new clone instead.
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: own.renew())
        yield


@pytest.fixture
def at() -> datetime:
    """An ordinary moment of work: Wednesday 2026-11-18, ten in the morning in Shanghai."""
    return datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


@pytest.fixture
def cast(db: None, at: datetime) -> "Cast":
    """Everybody, under the default handbook, at their desks."""
    from tests import cast as people  # noqa: PLC0415 - Django is set up by now

    found = people.gather(at=at)
    people.sit_down(found.chen_jing, found.lin_xiao, found.su_wan, at=at)
    return found
