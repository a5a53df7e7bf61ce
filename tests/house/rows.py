"""`python -m tests.house.rows` lists every row of the specification with the tests that show it."""

import ast
import sys
import tomllib
from collections import defaultdict
from dataclasses import dataclass

from tests.house import sources

LIST = sources.ROOT / "tests" / "house" / "rows.toml"


@dataclass(frozen=True)
class Row:
    """One row: its id, our short title, whether a first version is due, and the tests that show it."""

    id: str
    title: str
    due: bool
    tests: tuple[str, ...]

    @property
    def state(self) -> str:
        """In a word: shown by journeys and tests, by one test only, by nothing, or not begun."""
        if not self.tests:
            return "NONE" if self.due else "later"
        return (
            "whole"
            if len(self.tests) > 1 or any("journeys" in test for test in self.tests)
            else "part"
        )


def named_rows(node: ast.AST) -> list[str]:
    """The row ids that the marks of one test or test file name."""
    found = []
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and sources.dotted(call.func).endswith("mark.row"):
            found += [str(arg.value) for arg in call.args if isinstance(arg, ast.Constant)]
    return found


def shown() -> dict[str, list[str]]:
    """Row ids with the tests that name them."""
    found: dict[str, list[str]] = defaultdict(list)
    for module in sources.test_modules():
        of_file = [
            row
            for node in module.tree.body
            if isinstance(node, ast.Assign) and sources.dotted(node.targets[0]) == "pytestmark"
            for row in named_rows(node)
        ]
        for function in module.functions():
            if not function.name.startswith("test_"):
                continue
            marks = [row for decorator in function.decorator_list for row in named_rows(decorator)]
            for row in dict.fromkeys([*of_file, *marks]):
                found[row].append(f"{module.name}::{function.name}")
    return found


def rows() -> list[Row]:
    """All rows in the order of the list."""
    tests = shown()
    listed = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return [
        Row(
            id=name, title=row["title"], due=row["due"] == "first", tests=tuple(tests.get(name, ()))
        )
        for name, row in listed.items()
    ]


def main() -> None:
    """Print the list, then what is due and shown by nothing."""
    found = rows()
    for row in found:
        sys.stdout.write(f"{row.id:4} {row.state:6} {row.title}\n")
        sys.stdout.writelines(f"            {test}\n" for test in row.tests)
    missing = [row.id for row in found if row.due and not row.tests]
    due = sum(row.due for row in found)
    sys.stdout.write(f"\n{due - len(missing)} of {due} rows that are due are shown by a test.\n")
    if missing:
        sys.stdout.write(f"Due and shown by nothing: {' '.join(missing)}\n")


if __name__ == "__main__":
    main()
