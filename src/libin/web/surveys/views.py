"""Screens about verdicts: load through queries, one action, render."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from libin.kernel import clock
from libin.kernel.access import Actor, require
from libin.surveys import access, actions
from libin.web.shell.asking import staff_only
from libin.web.surveys.pages import SPANS, low_scores_page, results_page


@require_GET
@staff_only
def low_scores(request: HttpRequest, viewer: Actor) -> HttpResponse:
    """Low scores to follow up, with who and by when."""
    require(access.may_look(viewer))
    page = low_scores_page(viewer, at=clock.now())
    return render(request, "surveys/list.html", {"page": page})


@require_GET
@staff_only
def results(request: HttpRequest, viewer: Actor) -> HttpResponse:
    """What the verdicts add up to, with how sure we can be."""
    require(access.may_look(viewer))
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, SPANS) else 30
    page = results_page(viewer, days=days, at=clock.now())
    return render(request, "surveys/results.html", {"page": page})


@require_POST
@staff_only
def take(request: HttpRequest, viewer: Actor, follow_up_id: int) -> HttpResponse:
    """I look after this low score."""
    actions.take_follow_up(
        follow_up_id=follow_up_id, staff_id=viewer.id or 0, by=viewer, at=clock.now()
    )
    return redirect("surveys:list")


@require_POST
@staff_only
def finish(request: HttpRequest, viewer: Actor, follow_up_id: int) -> HttpResponse:
    """Note what came of it."""
    at = clock.now()
    try:
        actions.finish_follow_up(
            follow_up_id=follow_up_id,
            result=request.POST.get("result", "")[:4000],
            by=viewer,
            at=at,
        )
    except actions.ResultMissing as refusal:
        page = low_scores_page(viewer, at=at, problem=str(refusal))
        return render(request, "surveys/list.html", {"page": page}, status=422)
    messages.success(request, _("Noted. Thank you for following it up."))
    return redirect("surveys:list")
