"""What every rule is made of: words in two languages, an id, a condition, a span of time."""

from dataclasses import dataclass
from typing import Final, Literal

Mode = Literal["live", "async"]
Basis = Literal["elapsed", "working"]

LIVE: Final = "live"
ASYNC: Final = "async"
ELAPSED: Final = "elapsed"
WORKING: Final = "working"


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """The words for a Django language code such as ``zh-hans`` or ``en-gb``; Chinese when unknown."""
        return self.en if language.lower().startswith("en") else self.zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule a person can read, quote by its id, and hold someone to."""

    id: str
    title: Text
    text: Text
    source: str
    """Where the rule comes from; ``ours`` where we completed a source that was cut off."""
    owner: str
    """Code of the role that answers for this rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A condition over a case; an empty set means "any"."""

    kinds: frozenset[str] = frozenset()
    severities: frozenset[str] = frozenset()
    service_classes: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    modes: frozenset[str] = frozenset()

    def holds(
        self,
        *,
        kind: str | None = None,
        severity: str | None = None,
        service_class: str | None = None,
        tier: str | None = None,
        mode: str | None = None,
    ) -> bool:
        """Whether every named set contains its value; ``None`` fits only "any"."""
        return all(
            not allowed or value in allowed
            for allowed, value in (
                (self.kinds, kind),
                (self.severities, severity),
                (self.service_classes, service_class),
                (self.tiers, tier),
                (self.modes, mode),
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A length of time on a calendar, in minutes by the clock (elapsed) or of working time."""

    minutes: int
    basis: Basis
    calendar: str
    """Code of the calendar; only counted against when the basis is working time."""
