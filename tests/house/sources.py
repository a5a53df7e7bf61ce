"""The project as its house tests read it: files, syntax trees, rooms and storeys."""

import ast
import configparser
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "libin"
DELIVERY = ("web", "portal")


@dataclass(frozen=True)
class Module:
    """One Python file with its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Where it is, as people say it: "desk/actions/opening.py"."""
        base = PACKAGE if self.path.is_relative_to(PACKAGE) else ROOT
        return str(self.path.relative_to(base))

    @property
    def room(self) -> str:
        """The app it belongs to, such as "desk"."""
        return self.path.relative_to(PACKAGE).parts[0].removesuffix(".py")

    @property
    def part(self) -> str:
        """What it is inside its app: "actions" for desk/actions/opening.py, "" for the app itself."""
        parts = self.path.relative_to(PACKAGE).with_suffix("").parts
        return "" if len(parts) < 2 or parts[1] == "__init__" else parts[1]

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method of the file."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def where(self, node: ast.AST) -> str:
        """A place a person can go to."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}"


def _read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path, text, ast.parse(text, filename=str(path)))


@cache
def modules() -> tuple[Module, ...]:
    """All of the product's Python but migrations, in a fixed order."""
    return tuple(
        _read(path) for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts
    )


@cache
def migrations() -> tuple[Module, ...]:
    """All migrations, in a fixed order."""
    return tuple(
        _read(path)
        for path in sorted(PACKAGE.glob("*/migrations/*.py"))
        if not path.name.startswith("_")
    )


@cache
def test_modules() -> tuple[Module, ...]:
    """All Python of the tests."""
    return tuple(_read(path) for path in sorted((ROOT / "tests").rglob("*.py")))


@cache
def templates() -> tuple[Path, ...]:
    """All templates of the product."""
    return tuple(
        path
        for suffix in ("html", "txt", "svg", "xml")
        for path in sorted(PACKAGE.glob(f"*/**/templates/**/*.{suffix}"))
    )


@cache
def tracked() -> tuple[Path, ...]:
    """Every file under version control that is there."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    return tuple(
        path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()
    )


@cache
def storeys() -> tuple[tuple[str, ...], ...]:
    """The storeys from top to bottom, each with its rooms, read from the import contract."""
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter", encoding="utf-8")
    lines = contract["importlinter:contract:storeys"]["layers"].strip().splitlines()
    return tuple(tuple(re.findall(r"\w+", line)) for line in lines)


def height(room: str) -> int:
    """How far down a room lies: 0 is the roof."""
    for depth, rooms in enumerate(storeys()):
        if room in rooms:
            return depth
    raise KeyError(f"{room} stands on no storey of .importlinter")


def rooms() -> tuple[str, ...]:
    """The rooms that are built."""
    return tuple(sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py")))


def dotted(node: ast.AST) -> str:
    """The dotted name of an expression such as `kernel.clock.now`, else an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""
