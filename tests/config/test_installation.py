"""One installation lived through with the command that people use: set up, started, killed, kept, restored."""

import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from libin.kernel import backup
from libin.kernel.postgres import Cluster, databases
from tests.harness.ports import free_port
from tests.house.sources import ROOT

LIBIN = (sys.executable, "-m", "libin.config.commands")
PASSWORD = "a long enough password 7"


class Installation:
    """A data folder, and the processes that work on it."""

    def __init__(self, folder: Path) -> None:
        self.home = folder
        self.port = free_port()
        self.cluster = Cluster(folder)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LIBIN_")},
            "PYTHONPATH": str(ROOT / "src"),
            "LIBIN_HOME": str(folder),
            "LIBIN_PORT": str(self.port),
            "LIBIN_MAIL_IN_PORT": str(free_port()),
            "LANG": "C.UTF-8",
        }
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)

    def run(self, *asked: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*LIBIN, *asked],
            env={**self.environment, **environment},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def up(self) -> subprocess.Popen[str]:
        """Start everything and wait for the last line of the welcome."""
        process = subprocess.Popen(
            [*LIBIN, "up"],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        assert process.stdout
        for line in process.stdout:
            if "Ctrl-C" in line:
                return process
        raise AssertionError("libin up ended before it was up")

    def asks(self) -> int:
        """The status of the front page."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        try:
            line.request("GET", "/")
            return line.getresponse().status
        finally:
            line.close()

    def processes(self, word: str = "") -> list[int]:
        """Numbers of our processes whose command line has this word."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                ours = f"LIBIN_HOME={self.home}\0".encode() in (place / "environ").read_bytes()
                words = (place / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if ours and (not word or word.encode() in words):
                found.append(int(place.name))
        return found


def end(process: subprocess.Popen[str], blow: signal.Signals = signal.SIGINT) -> float:
    """Send a signal; how many seconds it took to end."""
    begun = time.monotonic()
    process.send_signal(blow)
    if process.stdout:
        process.stdout.close()
    process.wait(timeout=60)
    return time.monotonic() - begun


def eventually(happens: object, seconds: float = 90.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if callable(happens) and happens():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="libin-test-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def house(folder: Path) -> Iterator[Installation]:
    """An organisation with its first administrator, made as its owner would make it."""
    home = folder / "home"
    installation = Installation(home)
    secret = folder / "password"
    secret.write_text(f"{PASSWORD}\n")
    who = ("--email", "an@harbour.example", "--name", "林安")
    done = installation.run("setup", *who, "--password-file", str(secret))
    assert done.returncode == 0, done.stderr
    assert "an@harbour.example is the first administrator" in done.stdout
    yield installation
    for pid in installation.processes():
        os.kill(pid, signal.SIGKILL)
    installation.cluster.stop()


def test_there_is_one_first_administrator(house: Installation, folder: Path) -> None:
    who = ("--email", "second@harbour.example", "--name", "B")
    done = house.run("setup", *who, "--password-file", str(folder / "password"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not house.cluster.is_running()


def test_a_weak_password_is_refused_in_words(folder: Path) -> None:
    weak = folder / "weak"
    weak.write_text("12345\n")
    other = Installation(folder / "other")
    who = ("--email", "an@harbour.example", "--name", "A")
    done = other.run("--language", "zh", "setup", *who, "--password-file", str(weak))
    assert done.returncode == 1
    assert "12" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_killed_starts_again_and_ctrl_c_leaves_nothing(house: Installation) -> None:
    first = house.up()
    assert house.asks() < 500

    second = house.run("up")
    assert second.returncode == 1
    assert f"process {first.pid}" in second.stderr

    killed = house.processes("web")
    os.kill(killed[0], signal.SIGKILL)
    assert eventually(lambda: len(set(house.processes("web")) - set(killed)) == 1)
    assert house.asks() < 500

    before = house.processes()
    end(first, signal.SIGKILL)
    again = house.up()
    assert house.asks() < 500
    assert eventually(lambda: not set(before) & set(house.processes()))

    assert end(again) < 15
    assert house.processes() == []
    assert not house.cluster.is_running()


@pytest.mark.row("X5")
def test_a_backup_of_the_living_house_is_restored_whole(house: Installation, folder: Path) -> None:
    running = house.up()
    target = folder / "night.libin"
    done = house.run("backup", str(target))
    assert done.returncode == 0, done.stderr
    with databases.connect(house.cluster.dsn()) as session:
        rows = backup.count_rows(session)
    assert end(running) < 15
    assert "The audit trail is whole" in done.stdout

    empty = Installation(folder / "restored")
    done = empty.run("restore", str(target))
    assert done.returncode == 0, done.stderr
    assert "The audit trail is whole" in done.stdout
    empty.cluster.start()
    try:
        with databases.connect(empty.cluster.dsn()) as session:
            assert backup.count_rows(session)["people_staff"] == rows["people_staff"] == 1
            assert backup.audit_head(session)[0] > 0
    finally:
        empty.cluster.stop()
    keys = house.home / "keys"
    assert {path.name: path.read_bytes() for path in keys.iterdir()} == {
        path.name: path.read_bytes() for path in (empty.home / "keys").iterdir()
    }

    refused = empty.run("restore", str(target))
    assert refused.returncode == 1
    assert "not empty" in refused.stderr
    assert empty.run("restore", "--replace", str(target)).returncode == 0


def test_a_server_of_somebody_else_serves_as_well(house: Installation, folder: Path) -> None:
    """DATABASE_URL: restored there, checked there; the server goes on without us."""
    target = folder / "for-elsewhere.libin"
    assert house.run("backup", str(target)).returncode == 0
    elsewhere = Cluster(folder / "elsewhere")
    elsewhere.start()
    try:
        elsewhere.create_database("service")
        other = Installation(folder / "production")
        other.environment["DATABASE_URL"] = elsewhere.url("service")
        done = other.run("restore", str(target))
        assert done.returncode == 0, done.stderr
        assert other.run("migrate").returncode == 0
        checked = other.run("check")
        assert "Database: well" in checked.stdout
        assert not (other.home / "pg").exists()
        assert elsewhere.is_running()
    finally:
        elsewhere.stop()
