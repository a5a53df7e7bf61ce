"""`python -m tests.harness.furnish [IMAP_PORT USER]` brings the named cast and its mailboxes into a running installation."""

import os
import sys

import django


def main(words: list[str]) -> None:
    """Everybody signs on, through the same actions that the screens use."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "libin.config.settings")
    django.setup()
    from libin.kernel import clock  # noqa: PLC0415 - Django must be set up first
    from tests import cast, post  # noqa: PLC0415 - as above

    cast.gather(at=clock.now())
    post.open_door(at=clock.now())
    if words:
        port, user = words
        post.fetch_from(port=int(port), user=user, at=clock.now())


if __name__ == "__main__":
    main(sys.argv[1:])
