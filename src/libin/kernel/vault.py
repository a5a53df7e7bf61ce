"""Sealed texts: AES-256-GCM under a rotating key, and blind hashes to find them again.

A sealed text is one byte for the format, one for the key, 12 of nonce, then ciphertext and tag. What it is bound to (its
table, column and row, as `aad`) is not stored: moved elsewhere it does not open.
"""

import hashlib
import hmac
import os
from functools import cache
from pathlib import Path
from types import MappingProxyType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from libin.kernel.disk import write_once
from libin.kernel.errors import Refusal

FORMAT = 1
KEY_BYTES = 32
NONCE_BYTES = 12
MOST_KEYS = 255
BLIND = "blind"


class SealBroken(Refusal):
    """This protected value cannot be opened. Please tell an administrator."""


def seal(text: str, aad: str | bytes) -> bytes:
    """Encrypt a text, bound to `aad`, under the newest key; 30 bytes longer than its UTF-8 form."""
    keys = _ring(_folder())
    key_id = max(keys)
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(keys[key_id]).encrypt(nonce, text.encode(), _bytes(aad))
    return bytes([FORMAT, key_id]) + nonce + sealed


def unseal(sealed: bytes | memoryview, aad: str | bytes) -> str:
    """The text of `seal`. Raises SealBroken when it was changed, moved, or sealed with a key that is gone."""
    sealed = bytes(sealed)
    if len(sealed) < 2 + NONCE_BYTES or sealed[0] != FORMAT:
        raise SealBroken
    cipher = AESGCM(_key(sealed[1]))
    try:
        opened = cipher.decrypt(sealed[2 : 2 + NONCE_BYTES], sealed[2 + NONCE_BYTES :], _bytes(aad))
    except InvalidTag as reason:
        raise SealBroken from reason
    return opened.decode()


def is_stale(sealed: bytes | memoryview) -> bool:
    """Whether a text was sealed under another key than the newest."""
    return bytes(sealed[:2]) != bytes([FORMAT, max(_ring(_folder()))])


def reseal(sealed: bytes | memoryview, aad: str | bytes) -> bytes:
    """The same text under the newest key."""
    return seal(unseal(sealed, aad), aad)


def blind(text: str) -> bytes:
    """A keyed hash (32 bytes) under which equal texts are found without being readable. Its key does not rotate."""
    return hmac.digest(_blind_key(_folder()), text.encode(), hashlib.sha256)


def rotate() -> int:
    """Make a new key for everything sealed from now on; returns its number. Older texts still open.

    Other processes keep sealing under the key before until they restart.
    """
    newest = max(_ring(_folder()))
    if newest >= MOST_KEYS:
        raise OverflowError("the vault holds 255 keys at most")
    _make(_folder() / _name(newest + 1))
    _ring.cache_clear()
    return newest + 1


def _key(key_id: int) -> bytes:
    keys = _ring(_folder())
    if key_id not in keys:
        _ring.cache_clear()
        keys = _ring(_folder())
    if key_id not in keys:
        raise SealBroken
    return keys[key_id]


@cache
def _ring(folder: Path) -> MappingProxyType[int, bytes]:
    """All keys by number, made on first use."""
    if not (folder / _name(1)).exists():
        _make(folder / _name(1))
    return MappingProxyType(
        {int(path.name.removeprefix("field-")): _load(path) for path in folder.glob("field-*")}
    )


@cache
def _blind_key(folder: Path) -> bytes:
    if not (folder / BLIND).exists():
        _make(folder / BLIND)
    return _load(folder / BLIND)


def _make(path: Path) -> None:
    """Write a random key; of two processes that start at once the first wins."""
    write_once(path, os.urandom(KEY_BYTES))


def _load(path: Path) -> bytes:
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise ValueError(f"not a key: {path.name}")
    return key


def _folder() -> Path:
    return Path(settings.LIBIN_HOME) / "keys" / "vault"


def _name(key_id: int) -> str:
    return f"field-{key_id:03d}"


def _bytes(aad: str | bytes) -> bytes:
    return aad.encode() if isinstance(aad, str) else aad
