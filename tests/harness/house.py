"""A really started Libin: its own data folder, database, web and worker processes, ended with the test."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg.conninfo import make_conninfo

from libin.kernel.postgres import Cluster
from tests.harness.ports import free_port
from tests.house.sources import ROOT

STARTED_WITHIN = 120.0
STOPPED_WITHIN = 30.0


class House:
    """One installation, run with the same command that people use."""

    def __init__(self, *, smtp_port: int, handbooks: Path | None = None) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="libin-journey-"))
        self.home.chmod(0o755)
        self.port = free_port()
        self.mail_port = free_port()
        self.mailbox = f"service-{self.port}"  # on the IMAP server; nobody else reads it
        self.url = f"http://127.0.0.1:{self.port}"
        self.cluster = Cluster(self.home)
        self.log = self.home / "up.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LIBIN_")},
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "PYTHONUNBUFFERED": "1",
            "LIBIN_HOME": str(self.home),
            "LIBIN_URL": self.url,
            "LIBIN_SMTP_HOST": "127.0.0.1",
            "LIBIN_SMTP_PORT": str(smtp_port),
            "LIBIN_MAIL_IN_PORT": str(self.mail_port),
            "LIBIN_MAIL_FROM": "help@harbour.example",
            "LIBIN_ORGANISATION": "Harbour",
            **({"LIBIN_HANDBOOKS": str(handbooks)} if handbooks else {}),
        }
        self.environment.pop("DATABASE_URL", None)
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)

    def command(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one `libin` command to its end."""
        return self.run_python("-m", "libin.config.commands", *words, check=check)

    def run_python(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run Python as this installation would."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=STARTED_WITHIN,
        )
        assert not check or done.returncode == 0, f"{words}:\n{done.stdout}\n{done.stderr}"
        return done

    def start(self, *words: str) -> None:
        """`libin up`; returns when it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "libin.config.commands", "up"),
                    *("--port", str(self.port), "--web-processes", "2", *words),
                ],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + STARTED_WITHIN
        while not self.answers():
            said = self.log.read_text(errors="replace")[-3000:]
            assert self.process.poll() is None, f"libin up ended:\n{said}"
            assert time.monotonic() < deadline, f"libin up does not answer:\n{said}"
            time.sleep(0.1)

    def furnish(self, imap_port: int) -> None:
        """Bring the named cast in, with one mailbox at our door and one on an IMAP server."""
        self.environment["LIBIN_DATABASE"] = self.cluster.url()
        try:
            self.run_python("-m", "tests.harness.furnish", str(imap_port), self.mailbox)
        finally:
            del self.environment["LIBIN_DATABASE"]

    def answers(self) -> bool:
        """Whether the web is there; how it feels is another question."""
        return self.health() > 0

    def health(self) -> int:
        """The status that the health check answers with; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as problem:
            with problem:
                return problem.code
        except OSError:
            return 0

    def stop(self) -> None:
        """As Ctrl-C does."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=STOPPED_WITHIN)
        self.process = None

    def kill(self) -> None:
        """Cut every process of this installation off at once, the database too, as a power cut would."""
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        if self.process:
            self.process.wait(timeout=STOPPED_WITHIN)
        deadline = time.monotonic() + STOPPED_WITHIN
        while self.processes():
            assert time.monotonic() < deadline, "Processes outlive their killing."
            time.sleep(0.05)
        self.process = None

    def processes(self) -> list[int]:
        """Every process that works for this installation: ours by their environment, the server by its data."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                ours = f"LIBIN_HOME={self.home}\0".encode() in (place / "environ").read_bytes()
                words = (place / "cmdline").read_bytes()
                served = str(self.home).encode() in words and b"postgres" in words
                state = (place / "stat").read_text().rpartition(")")[2].split()[0]
            except (OSError, IndexError):
                continue
            if (ours or served) and state != "Z":
                found.append(int(place.name))
        return found

    def rows(self, question: LiteralString, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """A look into the database from outside, for recounts."""
        with psycopg.connect(make_conninfo(**self.cluster.dsn())) as line:
            return line.execute(question, values).fetchall()

    def is_here(self, email: str) -> bool:
        """Whether a colleague counts as online, as routing sees her."""
        found = self.rows(
            "SELECT p.state FROM people_presence p JOIN people_staff s ON s.id = p.staff_id"
            " WHERE s.email = %s",
            [email],
        )
        return found == [("online",)]

    def remove(self) -> None:
        """End everything and forget the data."""
        try:
            self.stop()
        finally:
            if self.processes():
                self.kill()
            shutil.rmtree(self.home, ignore_errors=True)
