"""Permissions have one list: what code asks for stands in it, and what stands in it is asked for."""

import ast
import re
from collections.abc import Iterator

from libin.handbook.schema.permissions import PERMISSIONS
from tests.house import sources
from tests.house.sources import Module, dotted

PERMISSION = re.compile(r"[a-z]+\.[a-z_]+")
ASKING = re.compile(r"(^|\.)(holds|may\w*|requires?\w*|needs?\w*|permitted\w*|allowed\w*)$")


def _texts(node: ast.AST) -> Iterator[str]:
    for found in ast.walk(node):
        if isinstance(found, ast.Constant) and isinstance(found.value, str):
            yield found.value


def asked_for(module: Module) -> Iterator[tuple[str, str]]:
    """Permissions that a file asks for, each with its place."""
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        asked = [
            keyword.value
            for keyword in node.keywords
            if keyword.arg in {"permission", "permissions"}
        ]
        if ASKING.search(dotted(node.func)):
            asked += node.args
        for argument in asked:
            for text in _texts(argument):
                if PERMISSION.fullmatch(text):
                    yield text, module.where(node)


def test_code_asks_only_for_permissions_that_exist():
    assert not {
        f"{place} {name}"
        for module in sources.modules()
        for name, place in asked_for(module)
        if name not in PERMISSIONS
    }


def test_every_permission_is_asked_for_somewhere():
    elsewhere = {
        text
        for module in sources.modules()
        if module.name != "handbook/schema/permissions.py"
        for text in _texts(module.tree)
    }
    unused = sorted(PERMISSIONS - elsewhere)
    assert not unused
