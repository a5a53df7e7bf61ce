"""Every address of the house with its name, its parameters and the view behind it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters


@dataclass(frozen=True)
class Route:
    """One address: "desk:case", the names of its parameters, and its view."""

    name: str
    pattern: str
    parameters: tuple[str, ...]
    view: Callable[..., Any]


def routes() -> list[Route]:
    """All addresses in the order in which they are tried."""
    return list(_walk(get_resolver(), (), "", ()))


def _walk(
    resolver: URLResolver, spaces: tuple[str, ...], prefix: str, parameters: tuple[str, ...]
) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        named = (*parameters, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            inside = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from _walk(entry, inside, pattern, named)
        elif isinstance(entry, URLPattern):
            yield Route(":".join((*spaces, entry.name or "")), pattern, named, entry.callback)


def converters() -> frozenset[str]:
    """Names of the parameter kinds that the house knows."""
    return frozenset(get_converters())
