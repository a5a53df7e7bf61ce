"""Where an installation keeps its data, and the secrets it makes for itself."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def find_home() -> Path:
    """LIBIN_HOME, else `var` beside a checkout's pyproject, else the user's data folder."""
    if given := os.environ.get("LIBIN_HOME"):
        return Path(given).resolve()
    checkout = PACKAGE.parents[1]
    if (checkout / "pyproject.toml").exists():
        return checkout / "var"
    return Path.home() / ".local" / "share" / "libin"


def secret(home: Path, name: str) -> str:
    """A random secret kept in the key folder, made on first use; the first of two racing processes wins."""
    folder = home / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    if not path.exists():
        draft = folder / f".{name}.{os.getpid()}"
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        draft.chmod(0o600)
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="ascii")
