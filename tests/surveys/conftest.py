"""Everybody is here, and at her desk."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cast import Cast


@pytest.fixture
def cast(db: None) -> "Cast":
    from libin.kernel import clock  # noqa: PLC0415 - Django is set up by now
    from tests.cast import gather, sit_down  # noqa: PLC0415 - as above

    at = clock.now()
    everybody = gather(at=at)
    sit_down(everybody.lin_xiao, everybody.su_wan, at=at)
    return everybody
