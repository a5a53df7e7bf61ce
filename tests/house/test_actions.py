"""Actions look alike: keywords only, who acts, when, in one transaction; refusals are sentences."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from libin.config.commands.messages import refusal_names
from tests.house import sources
from tests.house.sources import Module, dotted

ATOMIC = {"transaction.atomic", "atomic"}


def called(module: Module) -> set[str]:
    """Full dotted names of what a module reaches through its imports."""
    known: dict[str, str] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            known |= {
                alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names
            }
    reached = set(known.values())
    for node in ast.walk(module.tree):
        first, _, rest = (
            dotted(node).partition(".") if isinstance(node, ast.Attribute) else ("", "", "")
        )
        if first in known:
            reached.add(f"{known[first]}.{rest}")
    return reached


@cache
def reached_from_outside() -> frozenset[tuple[str, str]]:
    """(room, name) of everything in an app's actions that another part of the house reaches for."""
    return frozenset(
        (found[1], found[2])
        for module in sources.modules()
        for name in called(module)
        if (found := re.fullmatch(r"libin\.(\w+)\.actions\.(?:\w+\.)*?(\w+)", name))
        and not (module.room == found[1] and module.part == "actions")
    )


def actions() -> Iterator[tuple[Module, ast.FunctionDef]]:
    """Every public function of an app's actions, but the parts that only its own actions use."""
    for module in sources.modules():
        if module.part != "actions":
            continue
        for node in module.tree.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            says_who = not node.args.args and any(arg.arg == "by" for arg in node.args.kwonlyargs)
            if says_who or (module.room, node.name) in reached_from_outside():
                yield module, node


def complaints(function: ast.FunctionDef) -> list[str]:
    """What an action does not say about itself."""
    found = []
    arguments = function.args
    if arguments.args or arguments.posonlyargs or arguments.vararg:
        found.append("takes positional arguments")
    annotations = {
        argument.arg: ast.unparse(argument.annotation) if argument.annotation else ""
        for argument in arguments.kwonlyargs
    }
    if not annotations.get("by", "").endswith("Actor"):
        found.append("does not say who acts (by: Actor)")
    if annotations.get("at") != "datetime":
        found.append("does not say when (at: datetime)")
    decorators = {
        dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
        for decorator in function.decorator_list
    }
    if not decorators & ATOMIC:
        found.append("is not one transaction")
    return found


def test_there_are_actions_to_look_at():
    assert len(list(actions())) > 30


def test_every_action_says_who_when_and_is_one_transaction():
    assert not {
        f"{module.where(function)} {function.name}": said
        for module, function in actions()
        if (said := complaints(function))
    }


def test_a_careless_action_is_found():
    careless = ast.parse("def close(case): ...").body[0]
    assert isinstance(careless, ast.FunctionDef)
    assert len(complaints(careless)) == 4


def test_refusals_are_sentences_a_person_can_read():
    refusals = refusal_names(module.tree for module in sources.modules())
    sentence = re.compile(r"[A-Z%].*([.!?]|: %\(\w+\)s)", re.DOTALL)
    assert not [
        f"{module.where(node)} {node.name}"
        for module in sources.modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        and node.name in refusals
        and not sentence.fullmatch((ast.get_docstring(node) or "").split("\n\n")[0])
        and not re.fullmatch(r"%\(\w+\)s", ast.get_docstring(node) or "")
    ]


def test_queries_do_not_write():
    writes = {
        "save",
        "create",
        "update",
        "delete",
        "bulk_create",
        "bulk_update",
        "get_or_create",
        "update_or_create",
        "aupdate",
        "publish",
    }
    found = []
    for module in sources.modules():
        if module.part != "queries":
            continue
        for node in ast.walk(module.tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            on_rows = ".objects" in ast.unparse(node.func.value) or node.func.attr == "save"
            if node.func.attr in writes and on_rows:
                found.append(module.where(node))
    assert not found


def test_actions_do_not_know_the_web():
    banned = ("django.http", "django.shortcuts", "django.template", "django.forms", "django.views")
    assert not [
        module.where(node)
        for module in sources.modules()
        if module.part in {"actions", "queries", "models", "access", "rules", "facts"}
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(banned)
    ]
