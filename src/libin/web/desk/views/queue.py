"""The queue, the search, and what waits for one person."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from libin.customers import queries as customers
from libin.desk.queries import lists
from libin.desk.queries.day import SOON
from libin.desk.queries.lists import Wanted
from libin.kernel import clock
from libin.kernel.access import Actor
from libin.people import queries as people
from libin.ui.marks import TabMark
from libin.web.desk import lines as shown
from libin.web.desk import wishes
from libin.web.desk.door import desk_only
from libin.web.desk.pages import FoundPart, ListPane, NoticesPage, QueuePage
from libin.web.desk.wishes import Wish

MOST_FOUND = 8
MOST_NOTICES = 10


def pane_of(viewer: Actor, wish: Wish, *, at: datetime, current: int | None = None) -> ListPane:
    """The list a wish asks for, with counts of the views."""
    found = lists.cases(viewer, wishes.wanted_of(wish, viewer), at=at, page=wish.page)
    title, words = wishes.empty_words(wish.view)
    base = reverse("desk:queue")
    page = wish.page
    return ListPane(
        title=wishes.view_title(wish.view),
        view=wish.view,
        views=wishes.views_of(wish, viewer, wishes.counts_for(viewer)),
        lines=shown.lines(found.rows, viewer=viewer, at=at, query=wish.kept_query, current=current),
        refresh_url=f"{base}?{shown.with_values(wish.query, view=wish.view, words=None)}",
        topics="queue",
        empty_title=title,
        empty_words=words,
        previous_url=f"{base}?{shown.with_values(wish.query, page=str(page - 1))}"
        if page > 1
        else "",
        next_url=f"{base}?{shown.with_values(wish.query, page=str(page + 1))}"
        if found.more
        else "",
        may_take=viewer.holds("desk.reply"),
    )


@require_GET
@desk_only
def queue(request: HttpRequest, viewer: Actor) -> HttpResponse:
    """One view of the queue, the most at risk first."""
    at = clock.now()
    wish = wishes.wish_of(request.GET, default=wishes.default_view(viewer))
    pane = pane_of(viewer, wish, at=at)
    book = wishes.today(at)
    filters = wishes.filters_of(wish, book, people.colleagues(viewer))
    page = QueuePage(
        pane=pane,
        filters=filters,
        narrowed=wishes.narrowed_by(wish, filters, book),
        clear_url=f"{reverse('desk:queue')}?view={wish.view}",
    )
    return render(request, "desk/queue.html", {"page": page})


@require_POST
@desk_only
def search(request: HttpRequest, viewer: Actor) -> HttpResponse:
    """The cases that hold the words; words travel in the body, never in an address."""
    at = clock.now()
    words = request.POST.get("words", "").strip()[:200]
    found = lists.find(viewer, words, at=at, limit=lists.PAGE)
    count = found.found or 0
    wish = wishes.wish_of(request.GET, default="all")
    page = QueuePage(
        pane=ListPane(
            title=gettext("Search"),
            view="",
            views=wishes.views_of(wish, viewer, wishes.counts_for(viewer)),
            lines=shown.lines(found.rows, viewer=viewer, at=at, pieces=found.pieces),
            refresh_url="",
            topics="",
            empty_title=gettext("Nothing was found"),
            empty_words=gettext("Try fewer words, a case number or the customer's name."),
        ),
        filters=(),
        narrowed=(),
        clear_url=reverse("desk:queue"),
        words=words,
        found=ngettext("%(count)s case", "%(count)s cases", count) % {"count": count},
    )
    return render(request, "desk/queue.html", {"page": page})


@require_POST
@desk_only
def find(request: HttpRequest, viewer: Actor) -> HttpResponse:
    """What the palette offers for some words: a case by its number, cases, customers."""
    at = clock.now()
    words = request.POST.get("words", "").strip()[:200]
    number = words.lstrip("#")
    found = lists.find(viewer, words, at=at, limit=MOST_FOUND)
    rows = found.rows
    if number.isdecimal() and len(number) < 18:
        exact = lists.cases(viewer, Wanted(view="all", case_ids=[int(number)]), at=at).rows
        rows = (*exact, *(row for row in rows if row.id != int(number)))
    part = FoundPart(
        cases=shown.lines(rows[:MOST_FOUND], viewer=viewer, at=at, pieces=found.pieces),
        customers=_customers(viewer, words),
        words=words,
    )
    return render(request, "desk/found.html", {"page": part})


def _customers(viewer: Actor, words: str) -> tuple[TabMark, ...]:
    if not words or not viewer.holds("customers.view"):
        return ()
    try:
        return tuple(
            TabMark(title=found.name, url=reverse("customers:page", args=[found.pk]))
            for found in customers.found(viewer, words=words)[:MOST_FOUND]
        )
    except NoReverseMatch:
        return ()


@require_GET
@desk_only
def notices(request: HttpRequest, viewer: Actor) -> HttpResponse:
    """Her own cases with unread words or a promise about to break."""
    at = clock.now()
    mine = lists.cases(viewer, Wanted(view="mine"), at=at).rows
    pressing = [
        row for row in mine if row.unread or (row.risk_at is not None and row.risk_at - at <= SOON)
    ]
    page = NoticesPage(
        lines=shown.lines(pressing[:MOST_NOTICES], viewer=viewer, at=at, query="view=mine"),
        all_url=f"{reverse('desk:queue')}?view=mine",
    )
    return render(request, "desk/notices.html", {"page": page})
