"""Acts on a case: each at once, or by a small form in a sheet that is also a page of its own."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from libin.desk.queries.page import case_view
from libin.kernel import clock
from libin.kernel.access import Actor
from libin.kernel.errors import NotFound, Refusal
from libin.web.desk.acts import ACTS, ActPage
from libin.web.desk.door import desk_only
from libin.web.desk.lines import case_url
from libin.web.shell.asking import is_part


@require_http_methods(["GET", "POST"])
@desk_only
def act(request: HttpRequest, viewer: Actor, case_id: int, code: str) -> HttpResponse:
    """Show what the act needs, or do it; a refusal is told beside the form and nothing typed is lost."""
    kind = ACTS.get(code)
    if kind is None:
        raise Http404
    at = clock.now()
    view = case_view(viewer, case_id, at=at)
    form = kind(view, viewer, at, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                form.perform(case_id=case_id, by=viewer, at=at)
                return _done(request, case_url(case_id, request.GET.urlencode()))
            except NotFound:
                raise
            except Refusal as refusal:
                form.add_error(None, str(refusal))
    page = ActPage.of(
        view, kind, form, case_url(case_id, request.GET.urlencode()), request.get_full_path()
    )
    template = "desk/act_form.html" if is_part(request) else "desk/act.html"
    return render(request, template, {"page": page}, status=status)


def _done(request: HttpRequest, url: str) -> HttpResponse:
    if not is_part(request):
        return redirect(url)
    response = HttpResponse(status=200)
    response["HX-Redirect"] = url
    return response
