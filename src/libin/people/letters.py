"""The few letters this room writes to staff, in the reader's language."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and plain text of a mail."""

    subject: str
    text: str


def invitation(*, name: str, language: str, link: str, hours: int) -> Letter:
    """Asks a new colleague to choose a password."""
    with override(language):
        return Letter(
            subject=_("You are invited to join the service team"),
            text=_(
                "Hello %(name)s,\n\n"
                "an account for the service workspace has been prepared for you. Please open this "
                "link and choose your password:\n\n%(link)s\n\n"
                "The link works once and for %(hours)s hours. If you did not expect it, you need "
                "not do anything.\n"
            )
            % {"name": name, "link": link, "hours": hours},
        )


def password_reset(*, name: str, language: str, link: str, minutes: int) -> Letter:
    """Lets somebody who forgot her password choose another."""
    with override(language):
        return Letter(
            subject=_("Choose a new password"),
            text=_(
                "Hello %(name)s,\n\n"
                "somebody, probably you, asked for a new password. Please open this link:\n\n"
                "%(link)s\n\n"
                "The link works once and for %(minutes)s minutes. If it was not you, ignore this "
                "mail; your password stays as it is.\n"
            )
            % {"name": name, "link": link, "minutes": minutes},
        )


def password_changed(*, name: str, language: str) -> Letter:
    """Tells somebody that her password is another one now."""
    with override(language):
        return Letter(
            subject=_("Your password was changed"),
            text=_(
                "Hello %(name)s,\n\n"
                "the password of your account was changed just now, and all other sessions were "
                "closed. If it was not you, please tell an administrator at once.\n"
            )
            % {"name": name},
        )
