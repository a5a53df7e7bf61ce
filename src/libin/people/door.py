"""The door: counting failed attempts, and seeing that a one-time code opens only once."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from libin.kernel.access import Actor, ActorKind
from libin.people.models import CodeUse, DoorFailures
from libin.people.rules import (
    ACCOUNT_DOOR,
    ADDRESS_DOOR,
    CODE_DOOR,
    DEVICE_DOOR,
    REQUEST_DOOR,
    DoorPolicy,
    wait_after,
)

# Who acts while nobody has come in yet.
DOOR = Actor(kind=ActorKind.SYSTEM, name="door")
_POLICIES = {
    "account": ACCOUNT_DOOR,
    "device": DEVICE_DOOR,
    "address": ADDRESS_DOOR,
    "code": CODE_DOOR,
    "request": REQUEST_DOOR,
}
_CODES_KEPT_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Knock:
    """One attempt at the door: the names under which it counts, by kind of name.

    Kinds are account, device, address, code and request. Names are hashed with the
    installation's key before they are kept.
    """

    names: Mapping[str, str]

    def visitors(self) -> dict[bytes, DoorPolicy]:
        """Keyed hashes of the names, each with the policy of its kind."""
        return {_hashed(kind, name): _POLICIES[kind] for kind, name in self.names.items()}


def _hashed(kind: str, name: str) -> bytes:
    text = f"{kind}:{name.strip().casefold()}"
    return salted_hmac("libin.people.door", text, algorithm="sha256").digest()


@transaction.atomic
def count_attempt(*, knock: Knock, at: datetime) -> timedelta:
    """Count an attempt before it is judged, so that a hundred at once count as a hundred.

    Returns how long to wait instead; zero means that the attempt may be judged.
    """
    visitors = knock.visitors()
    DoorFailures.objects.bulk_create(
        [DoorFailures(visitor=visitor, last_at=at) for visitor in visitors], ignore_conflicts=True
    )
    rows = list(
        DoorFailures.objects.select_for_update()
        .filter(visitor__in=list(visitors))
        .order_by("visitor")
    )
    policies = {bytes(row.visitor): visitors[bytes(row.visitor)] for row in rows}
    waits = [
        wait_after(
            failures=row.failures, last_at=row.last_at, at=at, policy=policies[bytes(row.visitor)]
        )
        for row in rows
    ]
    if wait := max(waits, default=timedelta()):
        return wait
    for row in rows:
        forgotten = at - row.last_at >= policies[bytes(row.visitor)].forget_after
        row.failures = 1 if forgotten else row.failures + 1
        row.last_at = at
    DoorFailures.objects.bulk_update(rows, ["failures", "last_at"])
    return timedelta()


@transaction.atomic
def welcome(*, knock: Knock) -> None:
    """The attempt was right: forget the failures of its names.

    The address only gets its own attempt back, or one good account would wash an address clean.
    """
    for kind, name in sorted(knock.names.items()):
        row = DoorFailures.objects.select_for_update().filter(visitor=_hashed(kind, name)).first()
        if row is not None:
            row.failures = max(row.failures - 1, 0) if kind == "address" else 0
            row.save(update_fields=["failures"])


@transaction.atomic
def use_code(*, staff_id: int, code: str, at: datetime) -> bool:
    """Claim a one-time code for a person. False when it was used before, also at the same moment."""
    CodeUse.objects.filter(staff_id=staff_id, used_at__lt=at - _CODES_KEPT_FOR).delete()
    digest = hashlib.sha256(code.strip().encode()).digest()
    _, first_time = CodeUse.objects.get_or_create(
        staff_id=staff_id, code_hash=digest, defaults={"used_at": at}
    )
    return first_time
