"""The floor behind the same door as Libin: pages in threads over WSGI."""

import os

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.floor.settings")
_pages = WSGIMiddleware(get_wsgi_application(), workers=int(os.environ.get("LIBIN_THREADS", "4")))


async def application(scope, receive, send):
    if scope["type"] == "http":
        await _pages(scope, receive, send)
