"""One server for everything: live streams run in the event loop, pages in threads over WSGI."""

import os
from typing import Any

from a2wsgi import WSGIMiddleware
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "libin.config.settings")
_streams = get_asgi_application()

from libin.config.wsgi import application as _wsgi  # noqa: E402 - Django must be set up first
from libin.kernel.live import hub  # noqa: E402

_pages = WSGIMiddleware(_wsgi, workers=int(os.environ.get("LIBIN_THREADS", "4")))  # type: ignore[arg-type]


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Send `/live/` to the event loop and everything else to the threads."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http" and scope["path"].startswith("/live/"):
        await _streams(scope, receive, send)
    elif scope["type"] == "http":
        await _pages(scope, receive, send)


async def _live(receive: Any, send: Any) -> None:
    """Start and stop with the server; stopping ends the open streams at once."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        else:
            hub.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
