"""The operating-system account that runs the embedded server: PostgreSQL refuses to run as root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

NAME = "libin-postgres"
LONGEST_SOCKET = 107 - len("/.s.PGSQL.5432")
ROOT_DATA = Path("/var/lib/libin")


@dataclass(frozen=True)
class Account:
    """Who runs the server; `other` is true when it is not ourselves."""

    uid: int
    gid: int
    other: bool

    @property
    def for_subprocess(self) -> dict[str, object]:
        """Arguments of subprocess that make a program run as this account."""
        if not self.other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path, mode: int) -> None:
        """Give a file or folder to this account alone."""
        path.chmod(mode)
        if self.other:
            os.chown(path, self.uid, self.gid)

    def can_reach(self, folder: Path) -> bool:
        """Whether this account may pass through every parent of the folder."""
        if not self.other:
            return True
        done = subprocess.run(
            ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)],
            cwd="/",
            stderr=subprocess.DEVNULL,
            check=False,
            **self.for_subprocess,  # type: ignore[call-overload]
        )
        return bool(done.returncode == 0)


def server_account(place: Path) -> Account:
    """Ourselves; as root the owner of existing data, else an unprivileged system user (made when missing, else `nobody`)."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), other=False)
    if (place / "data").exists() and (owner := place.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, other=True)
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        entry = _made()
    return Account(entry.pw_uid, entry.pw_gid, other=True)


def _made() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        subprocess.run(
            [*command, "--shell", "/usr/sbin/nologin", NAME], check=True, capture_output=True
        )
        return pwd.getpwnam(NAME)
    except (OSError, subprocess.CalledProcessError, KeyError):
        return pwd.getpwnam("nobody")


def short_socket_folder(wanted: Path) -> Path:
    """`wanted`, or a short folder of the same owner in /tmp: the path of a socket has 107 bytes at most."""
    if len(os.fsencode(wanted)) <= LONGEST_SOCKET:
        return wanted
    return Path("/tmp") / f"libin-pg-{sha256(os.fsencode(wanted)).hexdigest()[:16]}"
