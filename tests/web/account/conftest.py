"""The small company of these tests."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.people.company import Company


@pytest.fixture
def company(db: None) -> "Company":
    from tests.people.company import found  # noqa: PLC0415 - Django is set up by now

    return found()
