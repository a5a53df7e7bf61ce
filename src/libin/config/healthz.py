"""The one address that tells a stranger, or a load balancer, whether Libin is well, and nothing else."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from libin.kernel import clock, health


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """`ok` with 200, or `not ok` with 503."""
    well = health.is_well(at=clock.now(), home=settings.LIBIN_HOME)
    answer = HttpResponse(
        "ok\n" if well else "not ok\n", content_type="text/plain", status=200 if well else 503
    )
    # Asked every second by whoever waits for us: not an error each time.
    setattr(answer, "_has_been_logged", True)  # noqa: B010 - Django's own mark, unknown to its types
    return answer
