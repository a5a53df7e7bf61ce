"""What each mail screen shows."""

from dataclasses import dataclass

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from libin.channels.queries import screens
from libin.kernel.access import Actor
from libin.ui.marks import TabMark


@dataclass(frozen=True, kw_only=True)
class MailboxesPage:
    """The list of mailboxes."""

    tabs: tuple[TabMark, ...]
    lines: tuple[screens.MailboxLine, ...]


@dataclass(frozen=True, kw_only=True)
class MailboxPage:
    """One mailbox to set up; `tried` tells how the test of the connection ended."""

    title: str
    form: forms.Form
    is_new: bool
    tried: str = ""
    works: bool = False


@dataclass(frozen=True, kw_only=True)
class ShelfPage:
    """One shelf of mail."""

    title: str
    words: str
    empty: str
    tabs: tuple[TabMark, ...]
    lines: tuple[screens.StuckMail, ...]
    number: int
    more: bool


@dataclass(frozen=True, kw_only=True)
class UndeliveredPage:
    """Our own mail that did not arrive."""

    tabs: tuple[TabMark, ...]
    lines: tuple[screens.FailedMail, ...]


@dataclass(frozen=True, kw_only=True)
class JobsPage:
    """Work that failed."""

    tabs: tuple[TabMark, ...]
    lines: tuple[screens.FailedJob, ...]


def tabs(viewer: Actor, current: str) -> tuple[TabMark, ...]:
    """The tabs of the area with what waits behind each."""
    waiting = screens.counts(viewer)
    shelves = (
        (_("Quarantine"), "quarantined", waiting.quarantined),
        (_("Automatic mail"), "automatic", waiting.automatic),
        (_("Being read"), "received", waiting.received),
    )
    return (
        _tab(_("Mailboxes"), reverse("channels:mailboxes"), None, current == "mailboxes"),
        *(
            _tab(title, reverse("channels:shelf", kwargs={"shelf": shelf}), count, current == shelf)
            for title, shelf, count in shelves
        ),
        _tab(
            _("Undelivered"),
            reverse("channels:undelivered"),
            waiting.undelivered,
            current == "undelivered",
        ),
        _tab(_("Failed work"), reverse("channels:jobs"), waiting.jobs, current == "jobs"),
    )


def _tab(title: str, url: str, count: int | None, current: bool) -> TabMark:
    return TabMark(title=title, url=url, count=count, current=current)


def shelf_page(viewer: Actor, shelf: str, number: int) -> ShelfPage:
    """One page of a shelf."""
    title, words, empty = {
        "quarantined": (
            _("Quarantine"),
            _(
                "Mail we could not read or place. Nothing of it is lost: take the original, or have it read once more."
            ),
            _("Nothing is in quarantine."),
        ),
        "automatic": (
            _("Automatic mail"),
            _(
                "Absence notes, reports and newsletters open no case. If one is a matter after all, open a case from it."
            ),
            _("No automatic mail has come."),
        ),
        "received": (
            _("Being read"),
            _("Mail that has come and gets its place in a moment."),
            _("All mail that came has its place."),
        ),
    }[shelf]
    lines, more = screens.stuck_mail(viewer, shelf=shelf, number=number)
    return ShelfPage(
        title=title,
        words=words,
        empty=empty,
        tabs=tabs(viewer, shelf),
        lines=lines,
        number=number,
        more=more,
    )
