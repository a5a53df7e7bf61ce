"""Facts: said in the past tense by the room that changed something, heard by the rooms above."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened. Fields are ids and plain values, never rows or personal data.

    `by` is an actor's reference such as "staff:7"; `at` is the instant it became true.
    """

    name: ClassVar[str]
    at: datetime
    by: str

    def topics(self) -> tuple[str, ...]:
        """The live topics whose watchers should look again, such as "case:12" or "queue"."""
        return ()


Reaction = Callable[[Any], None]
T = TypeVar("T", bound=Fact)

kinds: dict[str, type[Fact]] = {}
reactions: dict[str, dict[str, Reaction]] = defaultdict(dict)


def fact(name: str) -> Callable[[type[T]], type[T]]:
    """Give a fact class its stable name. Raises ValueError when the name is taken by another class."""

    def register(kind: type[T]) -> type[T]:
        known = kinds.get(name)
        if known is not None and known.__qualname__ != kind.__qualname__:
            raise ValueError(f"Two facts are called {name!r}.")
        kind.name = name
        kinds[name] = kind
        return kind

    return register


def reacts_to(kind: type[T], *, name: str) -> Callable[[Callable[[T], None]], Callable[[T], None]]:
    """Have a function called for every fact of a kind, exactly once as far as the database goes.

    `name` is stable ("desk.route_new_case"): deliveries that are owed survive a rename of the function.
    """

    def register(function: Callable[[T], None]) -> Callable[[T], None]:
        reactions[kind.name][name] = function
        return function

    return register
