"""The embedded server: made once, started or adopted, stopped; it outlives a killed parent and is found again."""

import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from libin.kernel.postgres import account as accounts
from libin.kernel.postgres import databases
from libin.kernel.postgres.binaries import (
    ENVIRONMENT,
    Binaries,
    PostgresProblem,
    can_run,
    copied,
    find_binaries,
)

ADMIN_ROLE = "libin_admin"
ROLE = "libin"
PATIENCE = 60.0  # seconds: recovery after a crash takes a while
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # The log must not repeat what people wrote: neither statements nor the values of a broken constraint.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


class DataOfAnotherMajor(PostgresProblem):
    """The data in %(place)s belongs to PostgreSQL %(data)s, but the server found is %(server)s (%(folder)s): set LIBIN_PG_BIN to a PostgreSQL %(data)s, or restore a backup into an empty installation."""


class PlaceOfSomebodyElse(PostgresProblem):
    """The database in %(place)s belongs to another user of this computer: start Libin as that user."""


class ServerCannotRun(PostgresProblem):
    """The unprivileged user that must run the database server may not execute %(folder)s: set LIBIN_PG_BIN to a place that every user can read."""


class ServerDidNotStart(PostgresProblem):
    """The database server did not start: %(reason)s. Its log is %(log)s"""


class ServerDidNotStop(PostgresProblem):
    """The database server (process %(pid)s) did not stop within %(seconds)s seconds."""


class SocketFolderTaken(PostgresProblem):
    """The folder %(folder)s for the database socket belongs to somebody else: remove it, or set LIBIN_HOME to a shorter path."""


class Cluster:
    """A private PostgreSQL below `home`/pg, reachable through a socket only, with password authentication.

    `settings` are given to the server when it starts (not when a running one is adopted).
    """

    def __init__(self, home: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self.home = Path(home).absolute()
        self._link = self.home / "pg"
        self._settings = {**SETTINGS, **(settings or {})}
        self._child: subprocess.Popen[bytes] | None = None
        self.patience = PATIENCE

    @property
    def place(self) -> Path:
        """The folder of everything that belongs to the server."""
        return self._link.resolve()

    @property
    def data(self) -> Path:
        return self.place / "data"

    @property
    def log(self) -> Path:
        return self.place / "postgres.log"

    @property
    def sockets(self) -> Path:
        return accounts.short_socket_folder(self.place / "run")

    @property
    def binaries(self) -> Binaries:
        """The programs in use; those of the data's own major version are preferred."""
        made_by = self.data / "PG_VERSION"
        major = int(made_by.read_text()) if made_by.exists() else None
        found = find_binaries(major)
        if major not in (None, found.major):
            raise DataOfAnotherMajor(
                place=self.place, data=major, server=found.version, folder=found.folder
            )
        return found

    def start(self) -> None:
        """Make the cluster when it is missing; start the server, or adopt one that already runs on this data."""
        account = self._prepared_place()
        with self._alone():
            binaries = self._runnable(self.binaries, account)
            if not (self.data / "PG_VERSION").exists():
                self._make(binaries, account)
            self._await_login(lambda: self._launch(binaries, account))
            self._ensure_role()

    def stop(self) -> None:
        """Stop fast (clients are cut off, data is flushed); a server that does not answer is killed and recovers at next start."""
        pid = self._running()
        for blow, seconds in ((signal.SIGINT, 20), (signal.SIGQUIT, 10), (signal.SIGKILL, 5)):
            if not pid:
                return
            try:
                os.kill(pid, blow)
            except ProcessLookupError:
                return
            if _until(lambda: not self._alive(pid), seconds):
                self._child = None
                return
        raise ServerDidNotStop(pid=pid, seconds=35)

    def is_running(self) -> bool:
        return self._running() is not None

    def dsn(self, dbname: str = ROLE) -> dict[str, str]:
        """Connection words of the application's own role, which is not a superuser."""
        return self._words(ROLE, dbname)

    def admin_dsn(self, dbname: str = "postgres") -> dict[str, str]:
        """Connection words of the superuser, for making databases and for restoring."""
        return self._words(ADMIN_ROLE, dbname)

    def url(self, dbname: str = ROLE) -> str:
        """The same as a URL that psycopg, Django's settings and the PG* programs understand."""
        words = self.dsn(dbname)
        return (
            f"postgresql://{words['user']}:{quote(words['password'], safe='')}@/"
            f"{quote(dbname, safe='')}?host={quote(words['host'], safe='')}"
        )

    def create_database(self, name: str, template: str | None = None) -> None:
        """A database that the application's role owns; an existing one stays as it is."""
        databases.create_database(self.admin_dsn(), name, owner=ROLE, template=template)

    def drop_database(self, name: str) -> None:
        databases.drop_database(self.admin_dsn(), name)

    def replace_database(self, name: str, *, by: str) -> None:
        """Drop a database and give its name to another."""
        databases.replace_database(self.admin_dsn(), name, by=by)

    # Making

    def _prepared_place(self) -> accounts.Account:
        self.home.mkdir(parents=True, exist_ok=True)
        account = accounts.server_account(self.place)
        if not self._link.exists():
            self._link.unlink(missing_ok=True)
            self._link.mkdir()
        if self.place.stat().st_uid not in (account.uid, os.geteuid()):
            raise PlaceOfSomebodyElse(place=self.place)
        account.own(self.place, 0o700)
        if not account.can_reach(self.place):
            self._move_within_reach(account)
        self._prepare_sockets(account)
        return account

    def _move_within_reach(self, account: accounts.Account) -> None:
        """A home below /root cannot be entered by the server's user, and opening /root is not ours to do."""
        if self.is_running():
            return
        accounts.ROOT_DATA.mkdir(mode=0o755, parents=True, exist_ok=True)
        accounts.ROOT_DATA.chmod(0o755)
        elsewhere = accounts.ROOT_DATA / secrets.token_hex(4)
        shutil.move(self.place, elsewhere)
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(elsewhere, target_is_directory=True)

    def _prepare_sockets(self, account: accounts.Account) -> None:
        folder = self.sockets
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in (account.uid, os.geteuid()):
            raise SocketFolderTaken(folder=folder)
        account.own(folder, 0o700)

    def _runnable(self, binaries: Binaries, account: accounts.Account) -> Binaries:
        if can_run(binaries, account.for_subprocess):
            return binaries
        if not binaries.wheel:
            raise ServerCannotRun(folder=binaries.folder)
        return copied(binaries, self.place)

    def _make(self, binaries: Binaries, account: accounts.Account) -> None:
        for role in (ADMIN_ROLE, ROLE):
            secret = self._secret(role)
            secret.touch(mode=0o600)
            secret.write_text(secrets.token_urlsafe(24))
            account.own(secret, 0o600)
        unfinished = self.place / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        words = ["--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions"]
        if binaries.major >= 17:
            words += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        words += ["--auth=scram-sha-256", f"--username={ADMIN_ROLE}"]
        done = subprocess.run(
            [
                binaries.program("initdb"),
                f"--pgdata={unfinished}",
                f"--pwfile={self._secret(ADMIN_ROLE)}",
                *words,
            ],
            cwd="/",
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            **account.for_subprocess,  # type: ignore[call-overload]
        )
        if done.returncode:
            raise ServerDidNotStart(reason=done.stderr.strip()[-500:], log=self.log)
        unfinished.rename(self.data)

    def _ensure_role(self) -> None:
        with databases.connect(self.admin_dsn()) as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
            if not known.fetchone():
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(
                        sql.Identifier(ROLE), sql.Literal(self._secret(ROLE).read_text())
                    )
                )

    # Running

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.place / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _launch(self, binaries: Binaries, account: accounts.Account) -> None:
        self._forget_inherited_number()
        settings = {**self._settings, "unix_socket_directories": f'"{self.sockets}"'}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        mode = "ab" if self.log.exists() and self.log.stat().st_size < 10_000_000 else "wb"
        with self.log.open(mode) as log:
            self._child = subprocess.Popen(
                [binaries.program("postgres"), "-D", self.data, *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=ENVIRONMENT,
                start_new_session=True,
                **account.for_subprocess,  # type: ignore[call-overload]
            )
        # Somebody must take note of its end, or a dead server stays in the process table as long as we live.
        threading.Thread(target=self._child.wait, name="postgres", daemon=True).start()

    def _await_login(self, launch: Callable[[], None]) -> None:
        """Launch unless a server runs; again when it ends, as processes of a killed one may hold its memory for a moment."""
        said = ""

        def answers() -> bool:
            nonlocal said
            if not self._running() and (self._child is None or self._child.poll() is not None):
                said = f"it ended with status {self._child.returncode}" if self._child else ""
                launch()
            try:
                databases.connect(self.admin_dsn(), seconds=5).close()
            except psycopg.OperationalError as problem:
                said = said or str(problem).strip()
                return False
            return True

        self._child = None
        if not _until(answers, self.patience, pause=0.05):
            raise ServerDidNotStart(reason=said, log=self.log)

    def _forget_inherited_number(self) -> None:
        """After a crash the number in the lock file may belong to another process, for which PostgreSQL would refuse to start."""
        lock = self.data / "postmaster.pid"
        if (pid := _number_in(lock)) and _exists(pid) and not self._alive(pid):
            lock.unlink()

    def _running(self) -> int | None:
        """The process number of a live server on this very data, not of a stranger that has inherited the number."""
        pid = _number_in(self.data / "postmaster.pid")
        return pid if pid and self._alive(pid) else None

    def _alive(self, pid: int) -> bool:
        if self._child and self._child.pid == pid and self._child.poll() is not None:
            return False
        if not Path("/proc/self/cwd").exists():
            return _exists(pid)
        try:
            return Path(f"/proc/{pid}/cwd").samefile(self.data)
        except OSError:
            return False

    def _secret(self, role: str) -> Path:
        return self.place / f"{role}.secret"

    def _words(self, role: str, dbname: str) -> dict[str, str]:
        password = self._secret(role).read_text()
        return {"host": str(self.sockets), "user": role, "password": password, "dbname": dbname}


def _number_in(lock_file: Path) -> int | None:
    try:
        return int(lock_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _until(happens: Callable[[], bool], seconds: float, pause: float = 0.02) -> bool:
    deadline = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
