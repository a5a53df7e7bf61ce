"""`python -m tests.harness.furnish` brings the named cast into a running installation."""

import os

import django


def main() -> None:
    """Everybody signs on, through the same actions that the screens use."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "libin.config.settings")
    django.setup()
    from libin.kernel import clock  # noqa: PLC0415 - Django must be set up first
    from tests import cast  # noqa: PLC0415 - as above

    cast.gather(at=clock.now())


if __name__ == "__main__":
    main()
