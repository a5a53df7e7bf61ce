"""What the kernel does again and again: room for facts to come, and anchors of the audit trail."""

import logging
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from libin.kernel import audit, clock
from libin.kernel.queue import job

log = logging.getLogger(__name__)

MONTHS_AHEAD = 3


@job("kernel.make_room_for_facts", every=timedelta(days=1))
def make_room_for_facts() -> None:
    """Make the partitions of the coming months before anybody needs them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kernel_fact_month(%s + make_interval(months => n)) FROM generate_series(0, %s) AS n",
            [clock.now(), MONTHS_AHEAD],
        )


@job("kernel.anchor_audit", every=timedelta(days=1))
def anchor_audit() -> None:
    """Write the head of the audit chain beside the database, where its administrator cannot rewrite it unseen.

    A chain that no longer fits its last anchor is reported in the log and anchored no more.
    """
    path = Path(settings.LIBIN_HOME) / "log" / "audit-anchors"
    path.parent.mkdir(parents=True, exist_ok=True)
    verdict = audit.verify(anchor=last_anchor(path))
    if not verdict.whole:
        log.critical("The audit trail does not fit its anchor from entry %s on.", verdict.broken_at)
        return
    with path.open("a", encoding="ascii") as anchors:
        anchors.write(f"{clock.now().isoformat()} {verdict.entries} {verdict.head.hex()}\n")


def last_anchor(path: Path) -> tuple[int, bytes] | None:
    """Number and seal of the newest anchor; None when there is none."""
    lines = path.read_text(encoding="ascii").splitlines() if path.exists() else []
    if not lines:
        return None
    _, number, seal = lines[-1].split()
    return int(number), bytes.fromhex(seal)
