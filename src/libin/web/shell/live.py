"""The stream of live updates: only topics the person may see, and only while she may see them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from libin.kernel.access import Actor
from libin.kernel.live import frame, hub, missed
from libin.people.queries.actors import actor_of
from libin.web.shell.topics import allowed

LOOK_AGAIN_SECONDS = 4.0
MOST_TOPICS = 20
LONGEST_NUMBER = 18


@require_GET
async def stream(request: HttpRequest) -> HttpResponseBase:
    """Server-sent events for the topics asked for, as far as they are permitted; 403 without a session."""
    asked = tuple(dict.fromkeys(request.GET.getlist("topic")))[:MOST_TOPICS]
    last = request.headers.get("Last-Event-ID", "")
    known = int(last) if last.isdecimal() and len(last) <= LONGEST_NUMBER else 0
    topics, owed = await sync_to_async(_prepare)(request, asked, known)
    if not topics:
        return HttpResponse(status=403)
    hub.begin(_words_of_connection())
    answer = StreamingHttpResponse(_events(request, topics, owed), content_type="text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    return answer


def _words_of_connection() -> dict[str, Any]:
    """How to reach the database, without what belongs to Django's own kind of connection."""
    given = connections["default"].get_connection_params()
    return {name: value for name, value in given.items() if isinstance(value, str | int)}


def _prepare(
    request: HttpRequest, asked: Sequence[str], last: int
) -> tuple[tuple[str, ...], list[str]]:
    topics = allowed(_actor(request), asked)
    return topics, missed(topics, last) if last and topics else []


def _actor(request: HttpRequest) -> Actor:
    return actor_of(request.user)


async def _events(
    request: HttpRequest, topics: tuple[str, ...], owed: list[str]
) -> AsyncIterator[bytes]:
    for topic in owed:
        yield frame(topic, request.headers["Last-Event-ID"])
    events = hub.stream(topics)
    waiting = asyncio.ensure_future(anext(events))
    clock = asyncio.get_running_loop().time
    look_again = clock() + LOOK_AGAIN_SECONDS
    try:
        while True:
            done, _ = await asyncio.wait({waiting}, timeout=max(0.0, look_again - clock()))
            if clock() >= look_again:
                if not await sync_to_async(_still)(request, topics):
                    return
                look_again = clock() + LOOK_AGAIN_SECONDS
            if not done:
                continue
            try:
                message = waiting.result()
            except StopAsyncIteration:
                return
            yield message
            waiting = asyncio.ensure_future(anext(events))
    finally:
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await events.aclose()  # type: ignore[attr-defined]


def _still(request: HttpRequest, topics: tuple[str, ...]) -> bool:
    """Whether the session lives and every topic is still permitted; no while the database is away."""
    try:
        session = type(request.session)(request.session.session_key)
        return SESSION_KEY in session and allowed(_actor(request), topics) == topics
    except (OperationalError, InterfaceError):
        return False
