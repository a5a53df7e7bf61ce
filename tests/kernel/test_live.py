"""Open screens are told what became true, and to look at everything again when something may be lost."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from libin.kernel.live import BACKLOG, RESYNC, Hub

T = TypeVar("T")


def in_a_loop_of_its_own(what: Callable[[], Awaitable[T]]) -> T:
    """Run it in a thread of its own: a browser of another test may still hold this thread's loop."""

    async def awaited() -> T:
        return await what()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(awaited())).result()


async def heard(hub: Hub, events: AsyncIterator[bytes], payloads: int) -> list[bytes]:
    """What a screen that has just opened reads after so many events on the queue."""
    said = [await anext(events)]
    for number in range(1, payloads + 1):
        hub.pass_on(json.dumps({"topics": ["queue"], "id": number}))
    while hub.watchers["queue"] and not all(queue.empty() for queue in hub.watchers["queue"]):
        said.append(await anext(events))
    return said


def test_a_stream_begins_by_having_the_screen_look_again() -> None:
    async def run() -> list[bytes]:
        hub = Hub()
        return await heard(hub, hub.stream(["queue"]), payloads=1)

    first, second = in_a_loop_of_its_own(run)
    assert first.endswith(RESYNC)
    assert second == b"id: 1\nevent: queue\ndata: queue\n\n"


def test_a_screen_that_falls_behind_starts_afresh_and_the_others_do_not() -> None:
    async def run() -> tuple[list[bytes], list[bytes]]:
        hub = Hub()
        slow, quick = hub.stream(["queue"]), hub.stream(["case:1"])
        said = await heard(hub, slow, payloads=BACKLOG + 1)
        return said, await heard(hub, quick, payloads=0)

    slow, quick = in_a_loop_of_its_own(run)
    assert slow[1:] == [RESYNC]
    assert len(quick) == 1


def test_a_resync_takes_no_number_from_the_screen() -> None:
    assert b"id:" not in RESYNC
