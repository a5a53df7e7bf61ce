"""What is sealed opens only where it belongs, whatever happens to the keys around it."""

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from libin.kernel import vault

PHONE = "13800138000"
HERE = "customers.contactpoint:phone:7"


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[Path]:
    with override_settings(LIBIN_HOME=tmp_path):
        yield tmp_path


def test_a_sealed_text_opens_again() -> None:
    assert vault.unseal(vault.seal(PHONE, HERE), HERE) == PHONE


@given(st.text(max_size=80))
def test_any_text_opens_again(text: str) -> None:
    assert vault.unseal(vault.seal(text, HERE), HERE) == text


def test_the_text_is_not_in_what_is_stored_and_never_looks_the_same_twice() -> None:
    one, two = vault.seal(PHONE, HERE), vault.seal(PHONE, HERE)
    assert PHONE.encode() not in one
    assert one != two
    assert len(one) == len(PHONE) + 30


def test_a_text_moved_to_another_row_does_not_open() -> None:
    with pytest.raises(vault.SealBroken):
        vault.unseal(vault.seal(PHONE, HERE), "customers.contactpoint:phone:8")


@pytest.mark.parametrize("place", [0, 1, 2, 20, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    sealed = bytearray(vault.seal(PHONE, HERE))
    sealed[place] ^= 1
    with pytest.raises(vault.SealBroken):
        vault.unseal(bytes(sealed), HERE)


def test_what_is_no_seal_is_refused() -> None:
    for junk in (b"", b"\x01\x01", PHONE.encode()):
        with pytest.raises(vault.SealBroken):
            vault.unseal(junk, HERE)


def test_after_rotation_old_texts_open_and_are_known_to_be_stale() -> None:
    old = vault.seal(PHONE, HERE)
    assert vault.rotate() == 2
    assert vault.is_stale(old)
    assert vault.unseal(old, HERE) == PHONE
    new = vault.reseal(old, HERE)
    assert not vault.is_stale(new)
    assert vault.unseal(new, HERE) == PHONE


def test_a_key_that_another_process_made_is_found() -> None:
    vault.seal(PHONE, HERE)
    stale = dict(vault._ring(vault._folder()))
    vault.rotate()
    new = vault.seal(PHONE, HERE)
    for key_id in set(vault._ring(vault._folder())) - set(stale):
        assert new[1] == key_id
    vault._ring.cache_clear()
    assert vault.unseal(new, HERE) == PHONE


def test_a_lost_key_is_said_plainly(home: Path) -> None:
    sealed = vault.seal(PHONE, HERE)
    vault.rotate()
    (home / "keys" / "vault" / "field-001").unlink()
    vault._ring.cache_clear()
    (home / "keys" / "vault" / "field-001").write_bytes(b"\0" * 32)
    with pytest.raises(vault.SealBroken):
        vault.unseal(sealed, HERE)


def test_equal_texts_have_equal_blind_hashes_and_others_do_not() -> None:
    assert vault.blind(PHONE) == vault.blind(PHONE)
    assert vault.blind(PHONE) != vault.blind("13800138001")
    vault.rotate()
    assert vault.blind(PHONE) == vault.blind(PHONE)


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    here = vault.blind(PHONE)
    with override_settings(LIBIN_HOME=tmp_path / "other"):
        assert vault.blind(PHONE) != here


def test_keys_are_readable_by_their_owner_alone(home: Path) -> None:
    vault.seal(PHONE, HERE)
    vault.blind(PHONE)
    folder = home / "keys" / "vault"
    assert folder.stat().st_mode & 0o077 == 0
    assert {p.name for p in folder.iterdir()} == {"field-001", "blind"}
    assert all(p.stat().st_mode & 0o777 == 0o600 for p in folder.iterdir())


def _make(path: str, gate: "multiprocessing.synchronize.Barrier") -> None:
    gate.wait()
    vault._make(Path(path))


def test_of_many_processes_starting_at_once_one_makes_the_key(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(6)
    path = tmp_path / "race" / "field-001"
    makers = [context.Process(target=_make, args=(str(path), gate)) for _ in range(6)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
        assert maker.exitcode == 0
    assert [p.name for p in path.parent.iterdir()] == ["field-001"]
    assert len(path.read_bytes()) == 32
