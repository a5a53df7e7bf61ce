"""A service centre with one mailbox, for the tests of the channels."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from libin.channels.models import InboundMail, Mailbox
    from tests.cast import Cast
    from tests.channels.service import Arrive


@pytest.fixture
def morning(db: None) -> Iterator[datetime]:
    from libin.kernel import clock  # noqa: PLC0415 - Django is set up by now
    from tests.channels.service import MORNING  # noqa: PLC0415 - as above

    with clock.stopped_at(MORNING):
        yield MORNING


@pytest.fixture
def cast(morning: datetime) -> "Cast":
    from tests.cast import gather  # noqa: PLC0415 - as above

    return gather(at=morning)


@pytest.fixture
def mailbox(cast: "Cast") -> "Mailbox":
    from tests.channels.service import set_up_mailbox  # noqa: PLC0415 - as above

    return set_up_mailbox()


@pytest.fixture
def arrive(mailbox: "Mailbox") -> "Arrive":
    """Has a mail kept and everything it causes done; returns its row."""
    from tests.channels.service import hand_in  # noqa: PLC0415 - as above

    def at_the_door(
        raw: bytes, *, envelope_to: tuple[str, ...] = (), to: "Mailbox" = mailbox
    ) -> "InboundMail":
        return hand_in(raw, envelope_to=envelope_to, to=to)

    return at_the_door
