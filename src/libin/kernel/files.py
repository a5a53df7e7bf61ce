"""Files are kept by the hash of their bytes, on the disk before the row, and checked whenever they are read."""

import hashlib
import os
import re
import unicodedata
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from libin.kernel.disk import write_over
from libin.kernel.errors import Refusal
from libin.kernel.models import StoredFile

LONGEST_NAME = 255
_UNFIT_FOR_A_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069]')
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,58}/[a-z0-9][a-z0-9.+-]{0,58}")


class FileDamaged(Refusal):
    """This file can no longer be read as it was kept. Please tell an administrator."""


@transaction.atomic
def keep(data: bytes, *, name: str, media_type: str, at: datetime) -> StoredFile:
    """Put bytes on the disk, then their row into the caller's transaction.

    A rollback leaves bytes without a row, which `sweep` removes; a row without its bytes cannot come about.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    _hold(sha256)
    _write(sha256, data)
    return StoredFile.objects.create(
        sha256=sha256,
        size=len(data),
        name=safe_name(name),
        media_type=safe_media_type(media_type),
        kept_at=at,
    )


def read(file: StoredFile) -> bytes:
    """The bytes of a file. Raises FileDamaged when they are missing or not those that were kept."""
    try:
        data = path_of(file.sha256).read_bytes()
    except OSError as reason:
        raise FileDamaged from reason
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise FileDamaged
    return data


@transaction.atomic
def forget(file: StoredFile) -> None:
    """Delete a file's row, and its bytes with the last row that has them."""
    _hold(file.sha256)
    sha256 = file.sha256
    file.delete()
    transaction.on_commit(lambda: _drop_unheld(sha256))


def sweep(*, older_than: datetime) -> int:
    """Remove bytes without a row that were written before an instant; returns how many. Run it at night."""
    removed = 0
    for path in _folder().glob("??/??/*"):
        if path.stat().st_mtime >= older_than.timestamp():
            continue
        if path.name.startswith("."):
            path.unlink(missing_ok=True)
        else:
            removed += _drop_unheld(path.name)
    return removed


def path_of(sha256: str) -> Path:
    """Where bytes with this hash lie."""
    return _folder() / sha256[:2] / sha256[2:4] / sha256


def safe_name(name: str) -> str:
    """A file name that is safe to show and to offer for download; keeps its ending, 255 characters at most."""
    name = unicodedata.normalize("NFC", name).encode("utf-8", "replace").decode()
    name = _UNFIT_FOR_A_NAME.sub("_", name).strip(". ") or "file"
    stem, dot, ending = name.rpartition(".")
    if len(name) <= LONGEST_NAME or not dot or len(ending) > 10:
        return name[:LONGEST_NAME]
    return stem[: LONGEST_NAME - 1 - len(ending)] + "." + ending


def safe_media_type(media_type: str) -> str:
    """A media type that can stand in a header; `application/octet-stream` for anything odd."""
    media_type = media_type.strip().lower()
    fits = _MEDIA_TYPE.fullmatch(media_type)
    return media_type if fits else "application/octet-stream"


def _folder() -> Path:
    return Path(settings.LIBIN_HOME) / "files"


def _hold(sha256: str) -> None:
    """Keep others from dropping these bytes until the transaction ends, and wait for one who is at it."""
    key = int.from_bytes(bytes.fromhex(sha256[:16]), "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


@transaction.atomic
def _drop_unheld(sha256: str) -> bool:
    _hold(sha256)
    if StoredFile.objects.filter(sha256=sha256).exists():
        return False
    path_of(sha256).unlink(missing_ok=True)
    return True


def _write(sha256: str, data: bytes) -> None:
    path = path_of(sha256)
    if path.exists() and path.read_bytes() == data:
        os.utime(path)
    else:
        write_over(path, data)
