"""A kept file is read as it was kept, or not at all."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from libin.kernel import files
from libin.kernel.models import StoredFile

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
LATER = datetime(2126, 1, 1, tzinfo=UTC)
BILL = "发票内容".encode()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, db: None) -> Iterator[Path]:
    with override_settings(LIBIN_HOME=tmp_path):
        yield tmp_path


def keep(data: bytes = BILL, name: str = "发票.pdf") -> StoredFile:
    return files.keep(data, name=name, media_type="application/pdf", at=AT)


def bytes_on_disk(home: Path) -> int:
    return sum(path.is_file() for path in (home / "files").rglob("*"))


def test_a_kept_file_is_read_as_it_was_kept() -> None:
    file = StoredFile.objects.get(pk=keep().pk)
    assert files.read(file) == BILL
    assert (file.name, file.media_type, file.size) == ("发票.pdf", "application/pdf", len(BILL))


def test_equal_bytes_lie_on_the_disk_once(home: Path) -> None:
    keep(name="one.pdf")
    keep(name="two.pdf")
    assert StoredFile.objects.count() == 2
    assert bytes_on_disk(home) == 1


def test_only_the_owner_may_read_the_bytes() -> None:
    path = files.path_of(keep().sha256)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["changed", "shortened", "gone"])
def test_damaged_bytes_are_never_handed_out(damage: str) -> None:
    file = keep()
    path = files.path_of(file.sha256)
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(BILL[:-1] + (b"?" if damage == "changed" else b""))
    with pytest.raises(files.FileDamaged):
        files.read(file)


def test_keeping_the_same_bytes_again_heals_damaged_ones() -> None:
    file = keep()
    files.path_of(file.sha256).write_bytes(b"x" * len(BILL))
    keep()
    assert files.read(file) == BILL


@pytest.mark.django_db(transaction=True)
def test_the_bytes_go_with_the_last_row_that_has_them(home: Path) -> None:
    one, two = keep(), keep()
    files.forget(one)
    assert files.read(two) == BILL
    files.forget(two)
    assert bytes_on_disk(home) == 0


@pytest.mark.django_db(transaction=True)
def test_a_row_taken_back_leaves_bytes_that_the_sweep_removes(home: Path) -> None:
    kept = keep(b"kept")
    with transaction.atomic():
        keep(b"not kept")
        transaction.set_rollback(True)
    assert bytes_on_disk(home) == 2
    assert files.sweep(older_than=AT - timedelta(days=365 * 50)) == 0
    assert files.sweep(older_than=LATER) == 1
    assert files.read(kept) == b"kept"


def test_a_half_written_draft_is_swept_away(home: Path) -> None:
    path = files.path_of(keep().sha256)
    path.with_name(".draft.1234").write_bytes(b"half")
    files.sweep(older_than=LATER)
    assert bytes_on_disk(home) == 1


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\a\\发票.pdf", "C__a_发票.pdf"),
        ("a\r\nContent-Type: x", "a__Content-Type_ x"),
        ("gnp\u202e.exe", "gnp_.exe"),
        ("", "file"),
        ("...", "file"),
        ("长" * 300 + ".pdf", "长" * 251 + ".pdf"),
    ],
)
def test_a_file_name_is_made_safe(given: str, safe: str) -> None:
    assert keep(name=given).name == safe


def test_an_odd_media_type_becomes_plain_bytes() -> None:
    assert files.safe_media_type(" Image/PNG ") == "image/png"
    for odd in ("", "text", "text/html; charset=x", "a/b\r\nX: y", "a/b/c"):
        assert files.safe_media_type(odd) == "application/octet-stream"
