"""Fixtures of the desk's tests."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.desk.cases import Opens


@pytest.fixture(autouse=True)
def stopped(at: datetime) -> Iterator[None]:
    """The clock stands at the test's instant, so that reactions act then."""
    from libin.kernel import clock  # noqa: PLC0415 - Django is set up by now

    with clock.stopped_at(at):
        yield


@pytest.fixture
def opens(cast: "Cast", at: datetime) -> "Opens":
    """Opens cases; by default a general inquiry of 李雪's by mail."""
    from tests.desk.cases import opener  # noqa: PLC0415 - as above

    return opener(cast, at)
