"""The worker: everything that happens by itself."""

import logging
import os
import signal
from datetime import datetime, timedelta
from types import FrameType

import django
from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from libin.kernel import audit, clock, queue
from libin.kernel.loops import Loop, Runner, add_loop, loops

log = logging.getLogger(__name__)
_SEALING = timedelta(seconds=1)
_BEAT = timedelta(seconds=10)


def _seal(at: datetime) -> bool:
    return audit.seal() == 500


def _beat(at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_heartbeat (part, seen_at, note) VALUES ('worker', %s, '')"
            " ON CONFLICT (part) DO UPDATE SET seen_at = excluded.seen_at",
            [at],
        )
    return False


def own_loops() -> None:
    """The kernel's loops; the rooms add theirs when they are loaded."""
    inside, outside = queue.Lane.INSIDE, queue.Lane.OUTSIDE
    add_loop(
        Loop(
            "reactions",
            lambda at: queue.run_next(inside),
            lambda: queue.next_due(inside),
            threads=2,
        )
    )
    add_loop(
        Loop(
            "errands",
            lambda at: queue.run_next(outside),
            lambda: queue.next_due(outside),
            threads=2,
        )
    )
    add_loop(Loop("audit", _seal, lambda: clock.now() + _SEALING))
    add_loop(Loop("heartbeat", _beat, lambda: clock.now() + _BEAT))


def main() -> None:
    """Run every loop, and listen for mail, until the process is told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "libin.config.settings")
    django.setup()
    own_loops()
    queue.schedule_periodic(clock.now())
    runner = Runner(loops.values())

    def stop(number: int, where: FrameType | None) -> None:
        runner.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    threads = runner.start()
    listeners = [import_string(name)() for name in settings.LIBIN_LISTENERS]
    runner.stopping.wait()
    for listener in listeners:
        listener.stop()
    for thread in threads:
        thread.join(timeout=5)


if __name__ == "__main__":
    main()
