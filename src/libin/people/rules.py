"""Pure decisions about people: who counts as here, how long the door waits, what may be given."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Permission(StrEnum):
    """What this room asks permission for; roles of the handbook name these."""

    VIEW = "people.view"
    INVITE = "people.invite"
    EDIT = "people.edit"
    GRANT = "people.grant"
    DEACTIVATE = "people.deactivate"
    ROSTER = "people.roster"


class PresenceState(StrEnum):
    """Whether a person can be given work now."""

    ONLINE = "online"
    BUSY = "busy"
    AWAY = "away"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class PresencePolicy:
    """After how long without a sign of life a person counts as away, and as gone.

    `closing_grace` bridges the moment between two pages, when no tab is open.
    """

    away_after: timedelta = timedelta(seconds=90)
    offline_after: timedelta = timedelta(minutes=15)
    closing_grace: timedelta = timedelta(seconds=15)


def presence_now(
    *,
    state: PresenceState,
    seen_at: datetime | None,
    tabs: int,
    at: datetime,
    policy: PresencePolicy,
) -> PresenceState:
    """What somebody counts as at an instant, whatever she last said of herself."""
    if state is PresenceState.OFFLINE or seen_at is None:
        return PresenceState.OFFLINE
    silent = at - seen_at
    if silent >= policy.offline_after:
        return PresenceState.OFFLINE
    if silent >= policy.away_after or (tabs == 0 and silent >= policy.closing_grace):
        return PresenceState.AWAY
    return state


@dataclass(frozen=True, slots=True)
class DoorPolicy:
    """How often somebody may fail before waiting, and how the wait grows.

    The wait doubles with each further failure up to `longest`; failures are forgotten after a
    quiet `forget_after`. There is no lock-out that lasts.
    """

    free_failures: int
    first_wait: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(minutes=15)
    forget_after: timedelta = timedelta(hours=1)


ACCOUNT_DOOR = DoorPolicy(free_failures=10)
DEVICE_DOOR = DoorPolicy(free_failures=10)
ADDRESS_DOOR = DoorPolicy(free_failures=60)
CODE_DOOR = DoorPolicy(free_failures=5)
REQUEST_DOOR = DoorPolicy(free_failures=5, first_wait=timedelta(minutes=5))


def wait_after(
    *, failures: int, last_at: datetime | None, at: datetime, policy: DoorPolicy
) -> timedelta:
    """How much longer to wait before the next attempt; zero when it may be made now."""
    if last_at is None or failures < policy.free_failures or at - last_at >= policy.forget_after:
        return timedelta()
    doublings = min(failures - policy.free_failures, 20)
    wait = min(policy.first_wait * (1 << doublings), policy.longest)
    return max(last_at + wait - at, timedelta())


def lacking(wanted: Collection[str], held: Collection[str]) -> tuple[str, ...]:
    """The wanted permissions that are not held, in order."""
    return tuple(sorted(set(wanted) - set(held)))


def new_token() -> str:
    """A token for a mailed link; 192 random bits."""
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> bytes:
    """What is kept of a token (SHA-256, 32 bytes)."""
    return hashlib.sha256(token.encode()).digest()
