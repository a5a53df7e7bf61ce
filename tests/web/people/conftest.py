"""The small company of these tests, and a worker that delivers what is owed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.people.company import Company


@pytest.fixture
def company(db: None) -> "Company":
    from tests.people.company import found  # noqa: PLC0415 - Django is set up by now

    return found()


@pytest.fixture
def deliver(db: None) -> Callable[[], None]:
    """Run all that is owed inside the house."""
    from libin.kernel import queue  # noqa: PLC0415 - as above

    def run() -> None:
        while queue.run_next("inside"):
            pass

    return run
