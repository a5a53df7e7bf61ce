"""Facts, reactions and hooks: few, stable, and without personal data."""

import dataclasses
import re
import types
import typing
from datetime import date, datetime

from libin.kernel import facts
from tests.house import sources

NAME = re.compile(r"[a-z]+\.[a-z]+(_[a-z]+)*")
PERSONAL = re.compile(
    r"(^|_)(name|email|phone|mobile|address|subject|body|text|birthday|token|password|contact|content|comment)($|_)"
)
PLAIN = (int, str, bool, float, datetime, date, type(None))
MOST_HOOKS = 10


def test_facts_are_said_in_the_past_tense_of_their_room():
    assert len(facts.kinds) > 5
    odd = [
        name
        for name, kind in facts.kinds.items()
        if not NAME.fullmatch(name) or not kind.__module__.startswith(f"libin.{name.split('.')[0]}")
    ]
    assert not odd


def test_facts_carry_plain_values_and_nothing_personal():
    odd = []
    for name, kind in facts.kinds.items():
        for field in dataclasses.fields(kind):
            if PERSONAL.search(field.name) and not field.name.endswith("_id"):
                odd.append(f"{name}.{field.name} may be personal")
    assert not odd


def test_fact_fields_are_values():
    odd = []
    for name, kind in facts.kinds.items():
        for field, hint in _hints(kind).items():
            if not _is_plain(hint):
                odd.append(f"{name}.{field}: {hint}")
    assert not odd


def _hints(kind: type) -> dict[str, object]:
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _is_plain(hint: object) -> bool:
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin in {types.UnionType, typing.Union, tuple, frozenset, list}:
        return all(argument is ... or _is_plain(argument) for argument in inside)
    supertype = getattr(hint, "__supertype__", hint)
    return isinstance(supertype, type) and issubclass(supertype, PLAIN)


def test_reactions_have_stable_names_of_their_own_room():
    odd = []
    for kind, heard in facts.reactions.items():
        assert kind in facts.kinds
        for name, function in heard.items():
            if not NAME.fullmatch(name) or not function.__module__.startswith(
                f"libin.{name.split('.')[0]}."
            ):
                odd.append(f"{name} on {kind} stands in {function.__module__}")
    assert not odd


def test_reactions_hear_only_from_below():
    assert not [
        f"{name} hears {kind}"
        for kind, heard in facts.reactions.items()
        for name in heard
        if sources.height(name.split(".")[0]) > sources.height(kind.split(".")[0])
    ]


def test_there_are_at_most_ten_hooks():
    hooks = [
        f"{module.name}:{number}"
        for module in sources.modules()
        if module.part == "hooks"
        for number, line in enumerate(module.text.splitlines(), 1)
        if re.match(r"\w+(: [\w\[\], .]+)? = (hooks\.)?(Hook|Question)\b", line)
    ]
    assert len(hooks) <= MOST_HOOKS, hooks
