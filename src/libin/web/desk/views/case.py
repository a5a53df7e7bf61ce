"""One case, and the sign that somebody looks at it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from libin.customers import queries as customers
from libin.desk.actions.conversation import mark_read
from libin.desk.actions.watching import stop_watching, watch_case
from libin.desk.queries import lists
from libin.desk.queries.cases import case_seen_by
from libin.desk.queries.lists import Wanted
from libin.desk.queries.page import case_view
from libin.kernel import clock
from libin.kernel.access import Actor
from libin.web.desk import casework, wishes
from libin.web.desk.door import desk_only
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
    pane = pane_of(viewer, wish, at=at, current=case_id)
    earlier = lists.cases(viewer, Wanted(view="all", customer_id=view.case.customer_id), at=at).rows
    case = casework.case_shown(
        view,
        viewer=viewer,
        panel=customers.panel_of(view.case.customer),
        earlier=[row for row in earlier if row.id != case_id][:MOST_HISTORY],
        at=at,
        query=wish.kept_query,
        next_url=_next(pane.lines, case_id),
    )
    template = "desk/part.html" if is_part(request) and not is_live(request) else "desk/case.html"
    return render(request, template, {"page": CasePage(pane=pane, case=case)})


def _next(lines: tuple[casework.CaseLine, ...], case_id: int) -> str:
    """Where "send and next" leads: the line after this one, else the first other one."""
    after = [
        line for place, line in enumerate(lines) if any(e.id == case_id for e in lines[:place])
    ]
    others = after or [line for line in lines if line.id != case_id]
    return others[0].url if others else ""


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
