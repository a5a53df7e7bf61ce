"""Passwords are kept as Argon2id, as the installation is delivered."""

import pytest
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

pytestmark = pytest.mark.row("X1")


def test_a_new_password_is_kept_as_argon2id():
    # The test run puts a fast hasher first; behind it stands the order that is delivered.
    delivered = [name for name in settings.PASSWORD_HASHERS if "MD5" not in name]
    assert delivered[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"
    kept = make_password("mountains-and-9-rivers", hasher="argon2")
    assert kept.startswith("argon2$argon2id$")
    assert check_password("mountains-and-9-rivers", kept)
    assert not check_password("mountains-and-9-river", kept)
