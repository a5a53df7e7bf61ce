"""The one place where the clock is read."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC. Call it at the edges only and pass it on as `at`."""
    return datetime.now(UTC)  # noqa: TID251 - this is the edge everybody else goes through
