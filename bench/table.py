"""Make the documentation's page of figures from results.json."""

import json
from pathlib import Path
from typing import Any

from bench.figures import RESULTS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "figures.md"
HEAD = """# Figures

Made from `bench/results.json` by `python -m bench.table`; taken by `make bench`. The floor is the least a Django page can cost:
session, ORM, template and nothing else, on the same data, under the same server and number of processes, measured in turn
with Libin. Ratios say more than milliseconds. `load` is the machine's load average while a figure was taken: where it is well above
the number of cores, other work took most of the processors, every statement waited for its turn, and a request with many statements
looks worse beside the floor than it is on a machine of its own.
"""
QUIET = 4.0
BUSY = """
**Rows with a load above 4 were taken while other work ran on the two cores, and from a state of the code shortly before its first
release. They show the order of magnitude only; take them again on a quiet machine before quoting them.**
"""
TABLE = """
| figure | volume | p50 ms | p95 ms | x floor, p50 / p95 | value | goal | at | load |
|---|---|---|---|---|---|---|---|---|
"""
ORDER = (
    "queue",
    "closed",
    "case",
    "case_page",
    "create",
    "reply",
    "search",
    "mail",
    "promise",
    "memory",
)


def load_of(figure: dict[str, Any]) -> float:
    """The machine's load average while a figure was taken."""
    return float(figure["machine"].rpartition(" ")[2])


def row(figure: dict[str, Any]) -> str:
    """One line of the table."""
    ratio = "-"
    if figure.get("floor_ratio") is not None:
        ratio = f"{figure['floor_ratio']} / {figure.get('floor_ratio_p95', '-')}"
    value = figure.get("value") or ""
    if "per_second" in figure:
        value = f"{figure['per_second']}/s"
    if figure.get("p99_ms"):
        value = f"p99 {figure['p99_ms']} ms"
    if figure.get("wrong_answers"):
        value += f", {figure['wrong_answers']} wrong"
    cells = [
        figure["what"],
        figure["volume"],
        figure["p50_ms"] if figure["p50_ms"] is not None else "-",
        figure["p95_ms"] if figure["p95_ms"] is not None else "-",
        ratio,
        value,
        figure.get("goal", ""),
        figure["at"][:10],
        load_of(figure),
    ]
    return "| " + " | ".join(map(str, cells)) + " |"


def main() -> None:
    """Write docs/figures.md."""
    figures = json.loads(RESULTS.read_text("utf-8"))
    figures.sort(key=lambda f: (ORDER.index(f["id"].split("-")[0]), f["id"]))
    machines = sorted({figure["machine"].rpartition(";")[0] for figure in figures})
    lines = [row(figure) for figure in figures]
    busy = any(load_of(figure) > QUIET for figure in figures)
    text = (
        HEAD
        + (BUSY if busy else "")
        + TABLE
        + "\n".join(lines)
        + "\n\nMachine: "
        + "; ".join(machines)
        + ".\n"
    )
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
