"""Starting the measured systems as a person would, and weighing their processes."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60.0
WEB_PROCESSES = 2


@contextmanager
def running(
    words: list[str], *, answers: str, env: Mapping[str, str], log: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """A server in a process group of its own, from its first answer to the end of the block."""
    with log.open("ab") as out:
        server = subprocess.Popen(
            words,
            env={**os.environ, **env},
            cwd=ROOT,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        try:
            _await_answer(server, answers, log)
            yield server
        finally:
            _end(server)


def floor(port: int, database: str, log: Path):
    """The floor under the same server and number of processes as Libin."""
    words = [sys.executable, "-m", "uvicorn", "bench.floor.asgi:application"]
    words += ["--workers", str(WEB_PROCESSES), "--port", str(port)]
    words += ["--log-level", "warning", "--no-access-log"]
    env = {"FLOOR_DATABASE": database, "PYTHONPATH": _path()}
    return running(words, answers=f"http://127.0.0.1:{port}/login", env=env, log=log)


def libin(port: int, mail_port: int, env: Mapping[str, str], log: Path):
    """Everything that `libin up` starts."""
    words = [sys.executable, "-m", "libin.config.commands", "up", "--port", str(port)]
    words += ["--web-processes", str(WEB_PROCESSES)]
    given = {
        "PYTHONPATH": _path(),
        "LIBIN_URL": f"http://127.0.0.1:{port}",
        "LIBIN_MAIL_IN_PORT": str(mail_port),
        # Lets each made-up customer come from an address of her own.
        "LIBIN_BEHIND_PROXY": "1",
    }
    return running(
        words, answers=f"http://127.0.0.1:{port}/account/sign-in/", env={**env, **given}, log=log
    )


def tree(root: int) -> list[int]:
    """A process and everything it started, PostgreSQL's processes left out."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            name = stat[stat.index("(") + 1 : stat.rindex(")")]
            if not name.startswith("postgres"):
                parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found = [root]
    for pid in found:
        found.extend(child for child, parent in parents.items() if parent == pid)
    return found


def memory_mb(root: int) -> float:
    """Proportional set size of a process and everything it started, database excluded."""
    kilobytes = 0
    for pid in tree(root):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1024


def _await_answer(server: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended at once; see {log}")
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"the server did not answer within {PATIENCE:g} s; see {log}")


def _end(server: "subprocess.Popen[bytes]") -> None:
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _path() -> str:
    return os.pathsep.join([str(ROOT / "src"), str(ROOT)])
