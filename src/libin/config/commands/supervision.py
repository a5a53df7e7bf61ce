"""The supervisor of `libin up`: starts web and worker, starts them again when they die, ends them together."""

import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from libin.config.commands.serving import PARENT
from libin.config.commands.words import _, say

PATIENCE_WITH_ORPHANS = 9.0  # seconds: longer than an orphan takes to end itself
END_WITHIN = 4.0
LONGEST_PAUSE = 30.0
STEADY_AFTER = 30.0


class AlreadyRunning(Exception):
    """Libin already runs from this data folder; the argument is the number of its process."""


def hold_home(home: Path) -> IO[str]:
    """Take the data folder for this run and all its children; waits for orphans of a killed run to end."""
    home.mkdir(parents=True, exist_ok=True)
    lock = (home / "running").open("a+")
    deadline = time.monotonic() + PATIENCE_WITH_ORPHANS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = int(lock.read().strip() or 0)
            if _exists(holder) or time.monotonic() > deadline:
                lock.close()
                raise AlreadyRunning(holder) from None
            time.sleep(0.1)
        else:
            lock.seek(0)
            lock.truncate()
            lock.write(str(os.getpid()))
            lock.flush()
            return lock


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid > 0


@dataclass
class Child:
    """One process that is to be kept running."""

    name: str
    words: list[str]
    pass_fds: tuple[int, ...]
    gate: int | None = None
    process: subprocess.Popen[bytes] | None = None
    begun: float = 0.0
    pause: float = 0.5
    not_before: float = 0.0

    def start(self) -> None:
        self.begun = time.monotonic()
        gate = () if self.gate is None else (self.gate,)
        # A session of its own: Ctrl-C reaches the supervisor alone, which ends the others in order.
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "libin.config.commands", *self.words),
                *(f"--gate={number}" for number in gate),
            ],
            env={**os.environ, PARENT: str(os.getpid())},
            pass_fds=(*self.pass_fds, *gate),
            start_new_session=True,
        )
        for number in gate:
            os.close(number)
        self.gate = None

    def look_after(self) -> None:
        """Start it again when it has ended, each time after a longer pause."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.not_before:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            return
        self.pause = 0.5 if now - self.begun > STEADY_AFTER else min(self.pause * 2, LONGEST_PAUSE)
        self.not_before = now + self.pause
        self.process = None
        told = {"name": self.name, "status": status, "seconds": f"{self.pause:g}"}
        say(_("%(name)s ended (status %(status)s); starting it again in %(seconds)s s.", **told))

    def signal(self, number: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)


@dataclass
class Supervisor:
    """All processes of one run."""

    children: list[Child]
    stopping: bool = field(default=False, init=False)
    _latch: int | None = field(default=None, init=False)

    def warm_up(self) -> None:
        """Start the first web process; it loads everything and waits at a gate until `start`."""
        self.children[0].gate, self._latch = os.pipe()
        self.children[0].start()

    def start(self) -> None:
        """Let the first web process serve; the others follow in `run`, so that the first has the machine."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        if self._latch is not None:
            os.close(self._latch)
            self._latch = None

    def run(self) -> None:
        """Keep all running until asked to stop."""
        while not self.stopping:
            for child in self.children:
                child.look_after()
            time.sleep(0.2)

    def stop(self) -> None:
        """End all, politely for four seconds."""
        for child in self.children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + END_WITHIN
        while time.monotonic() < deadline and self._alive():
            time.sleep(0.05)
        for child in self._alive():
            child.signal(signal.SIGKILL)
        for child in self.children:
            if child.process:
                child.process.wait()

    def wait_until_answering(self, host: str, port: int, seconds: float) -> bool:
        """Whether the web answers within so many seconds; false also when asked to stop meanwhile."""
        deadline = time.monotonic() + seconds
        while not self.stopping and time.monotonic() < deadline:
            self.children[0].look_after()
            if _answers(host, port):
                return True
            time.sleep(0.1)
        return False

    def _alive(self) -> list[Child]:
        return [c for c in self.children if c.process and c.process.poll() is None]

    def _asked_to_stop(self, number: int, where: FrameType | None) -> None:
        self.stopping = True


def _answers(host: str, port: int) -> bool:
    line = http.client.HTTPConnection(host, port, timeout=2)
    try:
        line.request("GET", "/healthz")
        line.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
    return True


def children(door: socket.socket, lock: IO[str], web_processes: int) -> list[Child]:
    """The processes of one run; all hold the lock, so that a new run waits for the last of them."""
    held = (lock.fileno(),)
    web = ["web", "--fd", str(door.fileno())]
    return [
        *(Child(f"web {n + 1}", web, (*held, door.fileno())) for n in range(web_processes)),
        Child("worker", ["worker"], held),
    ]
