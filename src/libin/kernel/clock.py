"""The one place where the clock is read."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_stopped: ContextVar[datetime | None] = ContextVar("stopped", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC. Call it at the edges only and pass it on as `at`."""
    return _stopped.get() or datetime.now(UTC)


@contextmanager
def stopped_at(instant: datetime) -> Iterator[None]:
    """Let `now()` answer `instant` within this block; replays of past days need it."""
    token = _stopped.set(instant)
    try:
        yield
    finally:
        _stopped.reset(token)
