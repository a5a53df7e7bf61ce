"""Live updates: what has just become true is told to the open screens that may know it."""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from typing import Any

import psycopg
from django.db import connection

from libin.kernel.outbox import LIVE

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15
BACKLOG = 200


RESYNC = b"event: resync\ndata: resync\n\n"
"""Everything may have changed: fetch it again. Without a number, so that the last one heard stays known."""


class Hub:
    """One listening connection per process; hands each event to the screens that watch its topics."""

    def __init__(self) -> None:
        self.watchers: dict[str, set[asyncio.Queue[bytes | None]]] = defaultdict(set)
        self.task: asyncio.Task[None] | None = None
        self.parameters: dict[str, Any] = {}

    def begin(self, parameters: dict[str, Any]) -> None:
        """Start listening, if this process does not yet."""
        self.parameters = parameters
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self.listen())

    async def listen(self) -> None:
        """Pass on notifications for ever; reconnect when the database goes away."""
        while True:
            try:
                line = await psycopg.AsyncConnection.connect(**self.parameters, autocommit=True)
                async with line:
                    await line.execute(f"LISTEN {LIVE}")
                    self.tell_everybody(RESYNC)
                    async for notice in line.notifies():
                        self.pass_on(notice.payload)
            except psycopg.OperationalError:
                log.warning("Live updates: the database is away; trying again.")
                await asyncio.sleep(1)

    def pass_on(self, payload: str) -> None:
        event = json.loads(payload)
        for topic in event["topics"]:
            self.tell(self.watchers.get(topic, ()), frame(topic, str(event["id"])))

    def tell_everybody(self, message: bytes) -> None:
        for queues in self.watchers.values():
            self.tell(queues, message)

    @staticmethod
    def tell(queues: Iterable[asyncio.Queue[bytes | None]], message: bytes) -> None:
        for queue in tuple(queues):
            is_behind = queue.full()
            while is_behind and not queue.empty():
                queue.get_nowait()
            queue.put_nowait(RESYNC if is_behind else message)

    def close(self) -> None:
        """End every stream, so that a stopping server does not wait for them."""
        for queues in self.watchers.values():
            for queue in tuple(queues):
                if not queue.full():
                    queue.put_nowait(None)

    async def stream(self, topics: Iterable[str]) -> AsyncIterator[bytes]:
        """Server-sent events for these topics: only a topic and a number; the screen fetches what it may see.

        Begins with a resync: something may have been said between the page and its stream.
        """
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(BACKLOG)
        topics = tuple(topics)
        for topic in topics:
            self.watchers[topic].add(queue)
        try:
            yield b"retry: 2000\n\n" + RESYNC
            while True:
                try:
                    message = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    message = b": still here\n\n"
                if message is None:
                    return
                yield message
        finally:
            for topic in topics:
                self.watchers[topic].discard(queue)
                if not self.watchers[topic]:
                    del self.watchers[topic]


hub = Hub()


def frame(topic: str, number: str) -> bytes:
    """One event on the wire."""
    return f"id: {number}\nevent: {topic.split(':')[0]}\ndata: {topic}\n\n".encode()


def missed(topics: Iterable[str], after: int) -> list[str]:
    """The topics among these that something was said about since fact number `after`.

    Numbers are given before commit, so the search starts a little earlier; looking twice does no harm.
    """
    from_number = max(after - BACKLOG, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM kernel_fact WHERE id > %s)", [from_number])
        return list(topics) if cursor.fetchone()[0] else []
