"""What a wheel holds besides the sources: the built front end, compiled translations, the handbooks."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def _loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"libin_build_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Completion(BuildHookInterface):
    """Builds what the repository does not hold; an editable installation needs none of it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        if (root / "frontend" / "build.py").exists():
            status = _loaded(root / "frontend" / "build.py").main([])
            if status:
                raise RuntimeError("the front end is not built")
        _loaded(root / "src" / "libin" / "config" / "commands" / "messages.py").compile_all()
        build_data["force_include"][str(root / "handbooks")] = "libin/_handbooks"
