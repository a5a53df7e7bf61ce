"""Pages for what went wrong: what happened, and what to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from libin.kernel.errors import NotFound, NotPermitted, Refusal
from libin.web.shell.asking import is_part
from libin.web.shell.frame import bare_shell

RETRY_SECONDS = "5"


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal's sentence: as a page, or as a notice where only a part was asked for."""
    status = (
        403 if isinstance(refusal, NotPermitted) else 404 if isinstance(refusal, NotFound) else 409
    )
    if is_part(request):
        return render(request, "ui/refusal.html", {"words": str(refusal)}, status=status)
    page = {403: "403.html", 404: "404.html"}.get(status, "409.html")
    return render(request, page, {"words": str(refusal)}, status=status)


def unavailable() -> HttpResponse:
    """The page shown while the database is away; it asks nothing of the database itself."""
    response = HttpResponse(render_to_string("503.html", {"shell": bare_shell()}), status=503)
    response["Retry-After"] = RETRY_SECONDS
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or came from elsewhere; the written words are still in the browser."""
    return render(request, "403_csrf.html", status=403)
