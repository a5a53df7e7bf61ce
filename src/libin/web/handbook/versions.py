"""The versions: which there were, what each changed, who has read it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from libin.handbook import access, actions, queries
from libin.handbook.comparing import Change, compare
from libin.handbook.queries import Reader
from libin.kernel import clock
from libin.kernel.access import Actor
from libin.kernel.errors import Refusal
from libin.web.shell.asking import staff_only


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One version in the list."""

    id: int
    number: int | None
    title: str
    state: str
    state_title: str
    tone: str
    effective_at: datetime | None
    published_at: datetime | None
    is_draft: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsPage:
    """All versions a reader may see."""

    versions: tuple[VersionLine, ...]
    in_force_id: int | None
    may_publish: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPage:
    """One version: what it changed against the one before, and who has read it."""

    version: VersionLine
    sha256: str
    before: int | None
    changes: tuple[Change, ...]
    readers: tuple[Reader, ...]
    read: int
    must_acknowledge: bool
    may_publish: bool
    may_retire: bool


def state_words(state: str, *, in_force: bool, waits: bool) -> tuple[str, str]:
    """The state of a version in words, and its tone."""
    if in_force:
        return pgettext("handbook", "in force"), "active"
    if waits:
        return pgettext("handbook", "waits for its day"), "wait"
    return {
        "draft": (pgettext("handbook", "draft"), "wait"),
        "review": (pgettext("handbook", "in review"), "wait"),
        "approved": (pgettext("handbook", "approved"), "wait"),
        "published": (pgettext("handbook", "succeeded"), "done"),
        "retired": (pgettext("handbook", "withdrawn"), "done"),
    }[state]


def lines(viewer: Actor, at: datetime, *, english: bool) -> tuple[VersionLine, ...]:
    """The versions a viewer may see, with their state at an instant."""
    in_force_id = queries.in_force(at).version_id if queries.is_any_in_force(at) else None
    found = []
    for row in queries.versions(viewer):
        waits = row.state == "published" and row.effective_at is not None and row.effective_at > at
        state_title, tone = state_words(row.state, in_force=row.pk == in_force_id, waits=waits)
        found.append(
            VersionLine(
                id=row.pk,
                number=row.number,
                title=row.title_en if english else row.title_zh,
                state=row.state,
                state_title=state_title,
                tone=tone,
                effective_at=row.effective_at,
                published_at=row.published_at,
                is_draft=row.number is None,
            )
        )
    return tuple(found)


def speaks_english(request: HttpRequest) -> bool:
    """Whether this page is in English."""
    return getattr(request, "LANGUAGE_CODE", "").startswith("en")


@require_GET
@staff_only
def versions(request: HttpRequest, viewer: Actor) -> HttpResponse:
    """The list of versions."""
    at = clock.now()
    found = lines(viewer, at, english=speaks_english(request))
    page = VersionsPage(
        versions=found,
        in_force_id=next((line.id for line in found if line.tone == "active"), None),
        may_publish=bool(access.may_publish(viewer)),
    )
    return render(request, "handbook/versions.html", {"page": page})


@require_GET
@staff_only
def version(request: HttpRequest, viewer: Actor, version_id: int) -> HttpResponse:
    """One version."""
    at = clock.now()
    row = queries.version_row(viewer, version_id)
    if row.number is None:
        return redirect("handbook:draft", row.pk)
    found = lines(viewer, at, english=speaks_english(request))
    line = next(line for line in found if line.id == row.pk)
    earlier = [one for one in found if one.number is not None and one.number < row.number]
    readers = queries.readers(viewer, row.pk)
    page = VersionPage(
        version=line,
        sha256=row.sha256,
        before=earlier[0].number if earlier else None,
        changes=compare(queries.version(earlier[0].id), queries.version(row.pk)) if earlier else (),
        readers=readers,
        read=sum(reader.at is not None for reader in readers),
        must_acknowledge=queries.must_acknowledge(viewer, row.pk),
        may_publish=bool(access.may_publish(viewer)),
        may_retire=bool(access.may_publish(viewer)) and row.state == "published",
    )
    return render(request, "handbook/version.html", {"page": page})


@require_POST
@staff_only
def acknowledge(request: HttpRequest, viewer: Actor, version_id: int) -> HttpResponse:
    """The reader says that she has read it."""
    actions.acknowledge(version_id=version_id, by=viewer, at=clock.now())
    messages.success(request, _("Noted: you have read this version."))
    return redirect("handbook:contents")


@require_POST
@staff_only
def retire(request: HttpRequest, viewer: Actor, version_id: int) -> HttpResponse:
    """Withdraw a version."""
    try:
        actions.retire_version(version_id=version_id, by=viewer, at=clock.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The version is withdrawn; open cases keep it."))
    return redirect("handbook:version", version_id)
