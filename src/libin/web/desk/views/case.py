"""One case, and the sign that somebody looks at it."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from libin.customers import queries as customers
from libin.desk.actions.conversation import mark_read
from libin.desk.actions.watching import stop_watching, watch_case
from libin.desk.queries import lists
from libin.desk.queries.cases import case_seen_by
from libin.desk.queries.page import case_view
from libin.kernel import clock
from libin.kernel.access import Actor
from libin.web.desk import casework, wishes
from libin.web.desk.door import desk_only
from libin.web.desk.lines import case_url
from libin.web.desk.pages import CasePage
from libin.web.desk.views.queue import pane_of
from libin.web.shell.asking import is_live, is_part

MOST_HISTORY = 6


@require_GET
@desk_only
def show(request: HttpRequest, viewer: Actor, case_id: int) -> HttpResponse:
    """The case beside its list; a part of it when the list stays and only the case changes."""
    at = clock.now()
    view = case_view(viewer, case_id, at=at)
    wish = wishes.wish_of(request.GET, default=wishes.default_view(viewer))
    alone = is_part(request) and not is_live(request)
    pane = None if alone else pane_of(viewer, wish, at=at, current=case_id)
    if pane is None:
        listed = lists.ids_of(viewer, wishes.wanted_of(wish, viewer), at=at, page=wish.page)
    else:
        listed = [line.id for line in pane.lines]
    case = casework.case_shown(
        view,
        viewer=viewer,
        panel=customers.panel_of(view.case.customer),
        earlier=lists.history(viewer, view.case.customer_id, but=case_id, limit=MOST_HISTORY),
        at=at,
        query=wish.kept_query,
        next_url=_next(listed, case_id, wish.kept_query),
    )
    page = CasePage(pane=pane, case=case)
    return render(request, "desk/part.html" if alone else "desk/case.html", {"page": page})


def _next(listed: Sequence[int], case_id: int, query: str) -> str:
    """Where "send and next" leads: the line after this one, else the first other one."""
    place = listed.index(case_id) if case_id in listed else -1
    others = [number for number in (*listed[place + 1 :], *listed) if number != case_id]
    return case_url(others[0], query) if others else ""


@require_POST
@desk_only
def here(request: HttpRequest, viewer: Actor, case_id: int) -> HttpResponse:
    """A screen shows this case, perhaps with a reply begun; or it was left."""
    at = clock.now()
    case_seen_by(viewer, case_id)
    if request.POST.get("gone"):
        stop_watching(case_id=case_id, by=viewer, at=at)
    else:
        mark_read(case_id=case_id, by=viewer, at=at)
        watch_case(case_id=case_id, replying=bool(request.POST.get("replying")), by=viewer, at=at)
    return HttpResponse(status=204)
