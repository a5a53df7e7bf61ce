"""The book: contents, chapters, one rule, search, and the whole of it for the printer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from libin.handbook import access, queries
from libin.handbook.queries import Margin
from libin.handbook.rules import Handbook
from libin.kernel import clock
from libin.kernel.access import Actor, require
from libin.kernel.errors import NotFound
from libin.web.handbook import pages
from libin.web.handbook.pages import ChapterText, Entry
from libin.web.handbook.telling import words
from libin.web.shell.asking import staff_only

OLD_VERSIONS_SEARCHED = 12
MOST_FOUND = 80
NOTHING: Mapping[str, Margin] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What every page of the book says of the version it shows."""

    version_id: int
    number: int
    title: str
    preface: str
    chapters: list[tuple[int, str, str, str]]
    must_acknowledge: bool
    read_at: datetime | None
    may_publish: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentsPage:
    """The contents."""

    cover: Cover


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterPage:
    """One chapter, with the ways to its neighbours."""

    cover: Cover
    chapter: ChapterText
    before: tuple[int, str, str, str] | None
    after: tuple[int, str, str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WholePage:
    """The whole book."""

    cover: Cover
    chapters: tuple[ChapterText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """Rules that hold the words looked for."""

    cover: Cover
    wanted: str
    entries: tuple[Entry, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePage:
    """One rule that no chapter of the version in force shows."""

    cover: Cover
    entry: Entry
    number: int


def cover(viewer: Actor, book: Handbook) -> Cover:
    """The cover as this reader sees it."""
    return Cover(
        version_id=book.version_id,
        number=book.number,
        title=words(book.title),
        preface=words(book.preface),
        chapters=pages.chapters(book),
        must_acknowledge=queries.must_acknowledge(viewer, book.version_id),
        read_at=queries.has_read(viewer.staff_id, book.version_id) if viewer.staff_id else None,
        may_publish=bool(access.may_publish(viewer)),
    )


@require_GET
@staff_only
def contents(request: HttpRequest, viewer: Actor) -> HttpResponse:
    """The contents of the version in force."""
    require(access.may_read(viewer))
    page = ContentsPage(cover=cover(viewer, queries.in_force(clock.now())))
    return render(request, "handbook/contents.html", {"page": page})


@require_GET
@staff_only
def chapter(request: HttpRequest, viewer: Actor, chapter_id: str) -> HttpResponse:
    """One chapter of the version in force."""
    require(access.may_read(viewer))
    at = clock.now()
    book = queries.in_force(at)
    shown = next((chapter for chapter in book.chapters if chapter.id == chapter_id), None)
    if shown is None:
        raise NotFound
    ways = pages.chapters(book)
    place = book.chapters.index(shown)
    page = ChapterPage(
        cover=cover(viewer, book),
        chapter=pages.chapter_text(book, shown, figures=pages.figures_of(book, [shown], at=at)),
        before=ways[place - 1] if place else None,
        after=ways[place + 1] if place + 1 < len(ways) else None,
    )
    return render(request, "handbook/chapter.html", {"page": page})


@require_GET
@staff_only
def whole(request: HttpRequest, viewer: Actor) -> HttpResponse:
    """The whole book on one page, for the printer."""
    require(access.may_read(viewer))
    at = clock.now()
    book = queries.in_force(at)
    figures = pages.figures_of(book, book.chapters, at=at)
    page = WholePage(
        cover=cover(viewer, book),
        chapters=tuple(pages.chapter_text(book, one, figures=figures) for one in book.chapters),
    )
    return render(request, "handbook/print.html", {"page": page})


@require_GET
@staff_only
def rule(request: HttpRequest, viewer: Actor, rule_id: str) -> HttpResponse:
    """The place of a rule: in its chapter, or alone when it stands in an older version only."""
    require(access.may_read(viewer))
    at = clock.now()
    book = queries.in_force(at)
    if shown := pages.chapter_of(book, rule_id):
        return redirect(f"{reverse('handbook:chapter', args=[shown.id])}#{rule_id}")
    holder = book if rule_id in book.rules else _older_with(rule_id)
    if holder is None:
        raise NotFound
    page = RulePage(
        cover=cover(viewer, book),
        entry=pages.entry(holder.rule(rule_id), holder, queries.margins([rule_id], at=at)),
        number=holder.number,
    )
    return render(request, "handbook/rule.html", {"page": page})


def _older_with(rule_id: str) -> Handbook | None:
    numbers = queries.published().values_list("pk", flat=True)[:OLD_VERSIONS_SEARCHED]
    books = (queries.version(number) for number in numbers)
    return next((book for book in books if rule_id in book.rules), None)


@require_GET
@staff_only
def search(request: HttpRequest, viewer: Actor) -> HttpResponse:
    """Rules of the version in force that hold the words looked for."""
    require(access.may_read(viewer))
    book = queries.in_force(clock.now())
    wanted = request.GET.get("q", "")[:100]
    found = pages.found(book, wanted)
    page = SearchPage(
        cover=cover(viewer, book),
        wanted=wanted,
        entries=tuple(pages.entry(one, book, NOTHING) for one in islice(found, MOST_FOUND)),
        more=max(0, len(found) - MOST_FOUND),
    )
    return render(request, "handbook/search.html", {"page": page})
