"""Ask a server the same question for some seconds and say how long it took."""

import argparse
import asyncio
import importlib
import json
import os
import random
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

from bench.adapters import Adapter, WrongAnswer
from bench.client import Client
from bench.corpus import Corpus
from bench.vocabulary import COMMON

SCENARIOS = ("queue", "closed", "case", "case_page", "create", "reply")
ADAPTERS = {"floor": "bench.adapters.floor:Floor", "libin": "bench.adapters.libin:Libin"}
LONGEST = 120.0
WARMING = 5
MOST_ERRORS = 50


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement; times in milliseconds."""

    system: str
    what: str
    clients: int
    count: int
    errors: int
    first_error: str
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    bytes_each: int
    load: float


def adapter(name: str, base: str, number: int) -> Adapter:
    """A fresh agent of this system."""
    module, _, cls = ADAPTERS[name].partition(":")
    made: Adapter = getattr(importlib.import_module(module), cls)(Client(base), number)
    return made


def percentile(ordered: list[float], percent: float) -> float:
    """The value below which `percent` of an ordered list lies."""
    return ordered[round(percent / 100 * (len(ordered) - 1))] if ordered else 0.0


async def measure(
    system: str, base: str, what: str, *, clients: int, seconds: float, cases: int, seed: int = 1
) -> Figure:
    """`clients` agents ask `what` one after the other until the seconds are over."""
    agents = [adapter(system, base, number) for number in range(clients)]
    for agent in agents:
        await agent.sign_in()
    dice, asked = random.Random(seed), seed * 1_000_000
    times: list[float] = []
    errors: list[str] = []

    async def ask(agent: Adapter) -> None:
        nonlocal asked
        asked += 1
        await getattr(agent, what)(dice.randrange(1, cases + 1), asked)

    async def work(agent: Adapter) -> None:
        while time.perf_counter() < end and len(errors) < MOST_ERRORS:
            begun = time.perf_counter()
            try:
                await asyncio.wait_for(ask(agent), LONGEST)
                times.append((time.perf_counter() - begun) * 1000)
            except (WrongAnswer, OSError, TimeoutError, ValueError, EOFError) as problem:
                errors.append(repr(problem)[:300])

    for agent in agents:
        for _ in range(WARMING):
            await ask(agent)
        agent.client.bytes = 0
    begun = time.perf_counter()
    end = begun + seconds
    await asyncio.gather(*map(work, agents))
    took, times = time.perf_counter() - begun, sorted(times)
    sent = sum(agent.client.bytes for agent in agents)
    for agent in agents:
        agent.client.close()
    return Figure(
        system=system,
        what=what,
        clients=clients,
        count=len(times),
        errors=len(errors),
        first_error=errors[0] if errors else "",
        per_second=round(len(times) / took, 1),
        p50_ms=round(percentile(times, 50), 2),
        p95_ms=round(percentile(times, 95), 2),
        p99_ms=round(percentile(times, 99), 2),
        max_ms=round(times[-1], 1) if times else 0.0,
        bytes_each=sent // max(1, len(times)),
        load=round(os.getloadavg()[0], 2),
    )


async def measure_search(
    system: str, base: str, corpus: Corpus, *, rounds: int = 5
) -> dict[str, Any]:
    """Look for every planted needle and every common word; planted and decoys found, times in milliseconds."""
    agent = adapter(system, base, 0)
    await agent.sign_in()
    rare: list[float] = []
    planted = decoys = 0
    for needle in corpus.needles:
        for _ in range(rounds):
            begun = time.perf_counter()
            found, _count = await agent.search(needle.term)
            rare.append((time.perf_counter() - begun) * 1000)
        planted += len(needle.places & set(found))
        decoys += needle.decoy in found
    common: list[float] = []
    for word in COMMON:
        for _ in range(rounds * 3):
            begun = time.perf_counter()
            await agent.search(word)
            common.append((time.perf_counter() - begun) * 1000)
    rare, common = sorted(rare), sorted(common)
    return {
        "system": system,
        "planted_found": planted,
        "planted": 3 * len(corpus.needles),
        "decoys_found": decoys,
        "rare_p50_ms": round(percentile(rare, 50), 2),
        "rare_p95_ms": round(percentile(rare, 95), 2),
        "common_p50_ms": round(percentile(common, 50), 2),
        "common_p95_ms": round(percentile(common, 95), 2),
    }


def main() -> None:
    """Measure one running server."""
    options = argparse.ArgumentParser(description=main.__doc__)
    options.add_argument("--system", choices=sorted(ADAPTERS), required=True)
    options.add_argument("--base", required=True)
    options.add_argument("--what", default=",".join(SCENARIOS))
    options.add_argument("--clients", default="1,8")
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    for what in given.what.split(","):
        if what == "search":
            corpus = Corpus(tickets=given.cases)
            found = asyncio.run(measure_search(given.system, given.base, corpus))
            sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
            continue
        for clients in map(int, given.clients.split(",")):
            figure = asyncio.run(
                measure(
                    given.system,
                    given.base,
                    what,
                    clients=clients,
                    seconds=min(given.seconds, LONGEST),
                    cases=given.cases,
                    seed=given.seed,
                )
            )
            sys.stdout.write(json.dumps(asdict(figure), ensure_ascii=False) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
