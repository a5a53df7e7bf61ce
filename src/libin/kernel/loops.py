"""Loops that sleep until something is due or somebody calls: the whole of a worker's life."""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import OperationalError, close_old_connections, connection

from libin.kernel import clock
from libin.kernel.outbox import WAKE
from libin.kernel.queue import places

log = logging.getLogger(__name__)

LONGEST_SLEEP = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Loop:
    """Something to do when due. `work(at)` does one portion and says whether there may be more."""

    name: str
    work: Callable[[datetime], bool]
    next_due: Callable[[], datetime | None]
    threads: int = 1


loops: dict[str, Loop] = {}


def add_loop(loop: Loop) -> None:
    """Have every worker process run this loop."""
    loops[loop.name] = loop


class Runner:
    """Runs loops in threads until told to stop; survives a database that goes away."""

    def __init__(self, which: Iterable[Loop]) -> None:
        self.which = list(which)
        self.stopping = threading.Event()
        self.bells: list[threading.Event] = []

    def start(self) -> list[threading.Thread]:
        """Start the listener and one thread per loop and portion; returns the threads."""
        threads = [threading.Thread(target=self.listen, name="wake", daemon=True)]
        for loop in self.which:
            for number in range(loop.threads):
                bell = threading.Event()
                self.bells.append(bell)
                threads.append(
                    threading.Thread(
                        target=self.run,
                        args=(loop, bell),
                        name=f"{loop.name}-{number}",
                        daemon=True,
                    )
                )
        for thread in threads:
            thread.start()
        return threads

    def stop(self) -> None:
        self.stopping.set()
        self.ring()

    def ring(self) -> None:
        for bell in self.bells:
            bell.set()

    def run(self, loop: Loop, bell: threading.Event) -> None:
        """Work while there is work, then sleep until the next due instant or the bell."""
        while not self.stopping.is_set():
            bell.clear()
            try:
                while loop.work(clock.now()) and not self.stopping.is_set():
                    pass
                pause = self.pause_before(loop.next_due())
            except OperationalError:
                log.warning("%s: the database is away; trying again.", loop.name)
                close_old_connections()
                connection.close()
                pause = 1.0
            except Exception as problem:
                log.error("%s failed; going on: %s", loop.name, places(problem))
                pause = 5.0
            bell.wait(pause)
        connection.close()

    @staticmethod
    def pause_before(due: datetime | None) -> float:
        """Seconds to sleep, between a few milliseconds and half a minute."""
        longest = LONGEST_SLEEP.total_seconds()
        if due is None:
            return longest
        return min(max((due - clock.now()).total_seconds(), 0.005), longest)

    def listen(self) -> None:
        """Ring all bells whenever the database says that something happened."""
        while not self.stopping.is_set():
            try:
                with psycopg.connect(**listening_to(), autocommit=True) as line:
                    line.execute(f"LISTEN {WAKE}")
                    self.ring()
                    while not self.stopping.is_set():
                        for _ in line.notifies(timeout=1.0, stop_after=1):
                            self.ring()
            except psycopg.OperationalError:
                self.stopping.wait(1.0)


def listening_to() -> dict[str, Any]:
    """Connection parameters for a listening connection of its own."""
    parameters = dict(connection.get_connection_params())
    for key in ("cursor_factory", "context", "prepare_threshold", "server_side_binding"):
        parameters.pop(key, None)
    return parameters
