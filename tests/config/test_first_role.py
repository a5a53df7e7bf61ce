"""The role of the first administrator is found by what it may do, whatever the handbook calls it."""

from datetime import UTC, datetime

import pytest
from django.conf import settings

from libin.config.commands import preparing
from libin.kernel import clock
from tests.cast import publish_handbook

pytestmark = [pytest.mark.django_db, pytest.mark.row("H11")]
AT = datetime(2026, 11, 18, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("folder", "role"), [("default", "administrator"), ("diamond-three", "keeper")]
)
def test_the_first_administrator_may_appoint_people_and_publish(folder: str, role: str) -> None:
    with clock.stopped_at(AT):
        publish_handbook(settings.HANDBOOKS / folder, at=AT)
        assert preparing._administrators_role() == role
