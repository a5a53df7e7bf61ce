"""The import contracts hold, and each of them bites when it is broken on purpose."""

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import sources

CONTRACTS = configparser.ConfigParser()
CONTRACTS.read(sources.ROOT / ".importlinter", encoding="utf-8")

# What somebody might write one hurried evening: file, line, and the contract that must object.
PLANTS = (
    ("kernel/planted.py", "import libin.people", "storeys"),
    ("customers/planted.py", "import libin.desk.models", "storeys"),
    ("web/planted.py", "import libin.portal", "storeys"),
    ("ui/planted.py", "import libin.web", "storeys"),
    ("desk/models/planted.py", "import libin.desk.actions", "inside"),
    ("desk/queries/planted.py", "import libin.desk.actions", "inside"),
    ("desk/rules/planted.py", "import libin.desk.models", "inside"),
    ("surveys/planted.py", "import libin.desk.reactions", "entry-points"),
    ("web/planted_too.py", "import libin.desk.models", "delivery"),
    ("portal/planted.py", "import libin.surveys.jobs", "delivery"),
    ("web/desk/planted.py", "import libin.web.people", "screens"),
)


NEWCOMERS = ("common/__init__.py", "desk/helpers.py")


def lint(place: Path) -> subprocess.CompletedProcess[str]:
    """The outcome of import-linter over the package in `place`."""
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [command, "--no-cache", "--config", ".importlinter"],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(place / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def screen_areas() -> set[str]:
    """Every screen area but the shells, such as "libin.web.desk"."""
    return {
        f"libin.{room}.{path.parent.name}"
        for room in sources.DELIVERY
        for path in (sources.PACKAGE / room).glob("*/__init__.py")
        if path.parent.name not in {"shell", "templates", "locale", "migrations", "templatetags"}
    }


def test_every_import_keeps_the_contracts():
    outcome = lint(sources.ROOT)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "0 broken" in outcome.stdout


def test_every_room_stands_on_a_storey():
    drawn = {room for line in sources.storeys() for room in line}
    assert set(sources.rooms()) <= drawn


def test_every_screen_area_is_held_apart():
    listed = CONTRACTS["importlinter:contract:screens"]["modules"].split()
    assert set(listed) == screen_areas()


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy of the house with every violation planted in it."""
    place = tmp_path_factory.mktemp("planted")
    shutil.copytree(
        sources.ROOT / "src",
        place / "src",
        ignore=lambda _, names: [n for n in names if n in {"__pycache__", "node_modules", "dist"}],
    )
    shutil.copy(sources.ROOT / ".importlinter", place)
    for path, line in [
        *((path, line) for path, line, _ in PLANTS),
        *((path, "") for path in NEWCOMERS),
    ]:
        file = place / "src" / "libin" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'"""Planted."""\n\n{line}\n', encoding="utf-8")
    outcome = lint(place)
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    return outcome.stdout


@pytest.mark.parametrize(("path", "line", "contract"), PLANTS)
def test_a_planted_violation_is_found(planted: str, path: str, line: str, contract: str):
    name = CONTRACTS[f"importlinter:contract:{contract}"]["name"]
    assert f"{name} BROKEN" in planted
    importer = "libin." + path.removesuffix(".py").replace("/", ".")
    assert importer in objections(planted, name), f"{contract} did not name {importer} -> {line}"
    target = sources.PACKAGE.joinpath(*line.removeprefix("import libin.").split("."))
    assert target.is_dir() or target.with_suffix(".py").is_file(), f"{line} plants nothing"


def objections(said: str, contract: str) -> str:
    """What import-linter says about one broken contract."""
    broken = said.split("Broken contracts", 1)[1]
    return broken.split(contract, 1)[1].split("\n---", 1)[-1]


@pytest.mark.parametrize(
    ("path", "contract", "named"),
    [("common/__init__.py", "storeys", "common"), ("desk/helpers.py", "inside", "helpers")],
)
def test_a_room_or_a_part_that_nobody_drew_is_found(
    planted: str, path: str, contract: str, named: str
):
    assert path in NEWCOMERS
    assert named in objections(planted, CONTRACTS[f"importlinter:contract:{contract}"]["name"])
