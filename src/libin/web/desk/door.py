"""Who comes into the workspace at all."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from libin.kernel.access import Actor, no, require
from libin.web.shell.asking import staff_only

P = ParamSpec("P")
DeskView = Callable[Concatenate[HttpRequest, Actor, P], HttpResponse]


def desk_only(view: DeskView[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For staff who may see cases; others are told so. Which cases is decided case by case."""

    @wraps(view)
    def answer(
        request: HttpRequest, viewer: Actor, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if not (viewer.holds("desk.view_own") or viewer.holds("desk.view_all")):
            require(no(gettext("Your role does not include the desk.")))
        return view(request, viewer, *args, **kwargs)

    return staff_only(answer)
