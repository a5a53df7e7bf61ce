"""Writing a file so that it is there whole, private, and after a power cut, or not at all."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write_once(path: Path, data: bytes) -> None:
    """Create a file that only its owner reads. An existing one stays: of two writers the first wins."""
    draft = _draft(path, data)
    try:
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
    _sync(path.parent)


def write_over(path: Path, data: bytes) -> None:
    """Create or replace a file that only its owner reads."""
    draft = _draft(path, data)
    try:
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _draft(path: Path, data: bytes) -> Path:
    _make_folder(path.parent)
    draft = path.with_name(f".{path.name[:40]}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def _make_folder(folder: Path) -> None:
    if not folder.exists():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True, mode=0o700)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
