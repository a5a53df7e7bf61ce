"""What every template may use: the frame of the page, and the instant it is made."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from libin.kernel import clock
from libin.web.shell.frame import organisation, shell_for


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` (worked out only when a whole page is shown), whose house it is, and `now`."""
    return {
        "shell": SimpleLazyObject(lambda: shell_for(request)),
        "organisation": organisation(),
        "now": clock.now(),
    }
