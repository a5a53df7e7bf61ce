"""Take every figure of the documentation and write it to results.json; `make bench` runs this."""

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from subprocess import run
from typing import Any

from bench.corpus import Corpus
from bench.database import SCRATCH, cluster
from bench.driver import measure, measure_search
from bench.processes import ROOT, WEB_PROCESSES, floor, libin, memory_mb

RESULTS = Path(__file__).with_name("results.json")
PAGES = {
    "queue": "queue, 25 cases",
    "closed": "closed cases, 25",
    "case": "case, opened from its list",
    "case_page": "case, the whole page with its list",
    "create": "create, by the public form",
    "reply": "reply",
}
GOALS = ("queue", "case", "create", "reply")
MAILS = 1000
RUNNING = 100_000
NOTICED = 300
AT_ONCE = 10_000
MAIL_TO = "help@libin.example"

Figures = list[dict[str, Any]]


def prepared(cases: int) -> tuple[str, dict[str, str]]:
    """The floor's database, and the environment of a filled Libin; made on first use."""
    server = cluster()
    server.start()
    names = {"floor": f"floor_{cases}", "libin": f"libin_{cases}"}
    for name in names.values():
        server.create_database(name)
    home = SCRATCH / names["libin"]
    env = {
        "DATABASE_URL": server.url(names["libin"]),
        "LIBIN_HOME": str(home),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }
    full = home / "filled"
    if not full.exists():
        _say(f"Filling two databases with {cases} cases ...")
        home.mkdir(parents=True, exist_ok=True)
        made = {**os.environ, **env, "FLOOR_DATABASE": server.url(names["floor"])}
        for words in (
            ["bench.floor.load", "--tickets", str(cases)],
            ["libin.config.commands", "prepare"],
            ["bench.libin_load", "--cases", str(cases)],
        ):
            run([sys.executable, "-m", *words], env=made, cwd=ROOT, check=True)
        full.touch()
    return server.url(names["floor"]), env


def page(what: str, bases: dict[str, str], *, cases: int, seconds: float, rounds: int) -> Figures:
    """One page of Libin against the same page of the floor, in turn, at one client and at eight."""
    figures = []
    for clients in (1, 8):
        taken: dict[str, list[dict[str, Any]]] = {name: [] for name in bases}
        for number in range(rounds):
            for name, base in bases.items():
                seed = _seed(number, clients)
                figure = asyncio.run(
                    measure(
                        name, base, what, clients=clients, seconds=seconds, cases=cases, seed=seed
                    )
                )
                _say(f"  {figure}")
                taken[name].append(asdict(figure))
        figures.append(_page(what, clients, taken, cases))
    return figures


def _page(
    what: str, clients: int, taken: dict[str, list[dict[str, Any]]], cases: int
) -> dict[str, Any]:
    def middle(name: str, key: str) -> float:
        return statistics.median(float(figure[key]) for figure in taken[name])

    p50, p95 = middle("libin", "p50_ms"), middle("libin", "p95_ms")
    wrong = sum(figure["errors"] for figure in taken["libin"])
    return {
        "id": f"{what}-{clients}",
        "what": f"{PAGES[what]}; {clients} client{'s' if clients > 1 else ''}",
        "volume": f"{cases} cases",
        "p50_ms": round(p50, 1),
        "p95_ms": round(p95, 1),
        "floor_ratio": round(p50 / middle("floor", "p50_ms"), 2),
        "floor_ratio_p95": round(p95 / middle("floor", "p95_ms"), 2),
        "per_second": round(middle("libin", "per_second"), 1),
        "wrong_answers": wrong,
        "goal": "p50 <= 2 x, p95 <= 3 x the floor" if clients == 1 and what in GOALS else "",
    }


def search(bases: dict[str, str], *, cases: int) -> Figures:
    """Rare and common words against the floor's search, and whether everything planted is found."""
    corpus = Corpus(tickets=cases)
    found = {name: asyncio.run(measure_search(name, base, corpus)) for name, base in bases.items()}
    ours, least = found["libin"], found["floor"]
    figures: Figures = [
        {
            "id": f"search-{kind}",
            "what": f"search, {kind} word",
            "volume": f"{cases} cases",
            "p50_ms": ours[f"{kind}_p50_ms"],
            "p95_ms": ours[f"{kind}_p95_ms"],
            "floor_ratio": round(ours[f"{kind}_p50_ms"] / least[f"{kind}_p50_ms"], 2),
            "floor_ratio_p95": round(ours[f"{kind}_p95_ms"] / least[f"{kind}_p95_ms"], 2),
            "goal": goal,
        }
        for kind, goal in (("rare", "p50 <= 5 x the floor"), ("common", "p95 <= 5 x the floor"))
    ]
    planted = _counted(
        "search-planted",
        "planted words found, and decoys",
        f"{ours['planted']} planted, 6 decoys",
        f"{ours['planted_found']} found, {ours['decoys_found']} decoys",
        f"{ours['planted']} found, 0 decoys",
    )
    return [*figures, planted]


def mail(port: int) -> Figures:
    """A thousand mails in."""
    from bench import mail_in  # noqa: PLC0415 - needs the environment of the installation

    mark = f"b{datetime.now(UTC):%H%M%S}"  # noqa: TID251 - no part of the house
    mail_in.open_door(MAIL_TO)
    brought = mail_in.bring(MAILS, port=port, to=MAIL_TO, mark=mark)
    return [
        _counted(
            "mail-in",
            "mails in, by SMTP, to messages of cases",
            f"{brought.sent} mails",
            f"{brought.cases_per_second}/s; {brought.sent - brought.arrived} lost, {brought.doubled} doubled",
            ">= 20/s; none lost or doubled",
        )
    ]


def promises(root: int) -> Figures:
    """How soon due promises are noticed; how fast many are marked; after a crash of the worker."""
    from bench import promise_clock  # noqa: PLC0415 - needs the environment of the installation

    running = promise_clock.fill(RUNNING)
    noticed = promise_clock.notice(NOTICED)
    marked = promise_clock.marked_per_second(AT_ONCE)
    crashed = promise_clock.notice(50, kill_worker_of=root)
    volume = f"{running} running"
    return [
        {
            "id": "promise-noticed",
            "what": f"a due promise is noticed, {noticed.count} one after the other",
            "volume": volume,
            "p50_ms": noticed.p50_ms,
            "p95_ms": noticed.p95_ms,
            "p99_ms": noticed.p99_ms,
            "floor_ratio": None,
            "goal": "p99 <= 1000 ms",
        },
        _counted(
            "promise-marked",
            f"{AT_ONCE} promises due at once are marked, with facts and observations",
            volume,
            f"{marked}/s",
            ">= 2000/s",
        ),
        _counted(
            "promise-crash",
            "longest delay when the worker is killed",
            volume,
            f"{crashed.max_ms / 1000:.1f} s",
            "<= 90 s",
        ),
    ]


def memory(root: int) -> Figures:
    """What all processes of `libin up` weigh after the run."""
    return [
        _counted(
            "memory",
            f"all default processes after the run ({WEB_PROCESSES} web, worker, supervisor)",
            "PSS, database excluded",
            f"{memory_mb(root):.0f} MB",
            "<= 400 MB",
        )
    ]


def _counted(id: str, what: str, volume: str, value: str, goal: str) -> dict[str, Any]:
    none = {"p50_ms": None, "p95_ms": None, "floor_ratio": None}
    return {"id": id, "what": what, "volume": volume, **none, "value": value, "goal": goal}


def _seed(number: int, clients: int) -> int:
    """Every run writes other texts than all runs before it."""
    return int(datetime.now(UTC).timestamp()) % 8000 * 10 + number + clients  # noqa: TID251 - no part of the house


def machine() -> str:
    """What the figures were taken on, without its name."""
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory_gb:.0f} GiB, {platform.system()} {platform.machine()},"
        f" Python {platform.python_version()}; client, server and database on the same cores;"
        f" load {os.getloadavg()[1]:.1f}"
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Take the figures; several minutes."""
    options = argparse.ArgumentParser(description=main.__doc__)
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--seconds", type=float, default=6)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--port", type=int, default=8300)
    options.add_argument(
        "--only", default=",".join([*PAGES, "search", "mail", "promises", "memory"])
    )
    given = options.parse_args()
    floor_database, env = prepared(given.cases)
    os.environ.update(env)
    log = SCRATCH / "servers.log"
    base, floor_base = (f"http://127.0.0.1:{given.port + n}" for n in (0, 1))
    bases = {"floor": floor_base, "libin": base}
    mail_port = given.port + 2
    with (
        floor(given.port + 1, floor_database, log),
        libin(given.port, mail_port, env, log) as supervisor,
    ):
        parts: dict[str, Callable[[], Figures]] = {
            **{
                what: partial(
                    page,
                    what,
                    bases,
                    cases=given.cases,
                    seconds=given.seconds,
                    rounds=given.rounds,
                )
                for what in PAGES
            },
            "search": lambda: search(bases, cases=given.cases),
            "mail": lambda: mail(mail_port),
            "promises": lambda: promises(supervisor.pid),
            "memory": lambda: memory(supervisor.pid),
        }
        for part in given.only.split(","):
            _say(f"{part} ...")
            _keep(parts[part]())


def _keep(figures: Figures) -> None:
    """Replace the figures of the same name; the others stay as they were taken."""
    known = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else []
    new = {figure["id"] for figure in figures}
    at = datetime.now(UTC).isoformat(timespec="seconds")  # noqa: TID251 - no part of the house
    taken = [{**figure, "machine": machine(), "at": at} for figure in figures]
    kept = [figure for figure in known if figure["id"] not in new]
    RESULTS.write_text(
        json.dumps([*kept, *taken], ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
