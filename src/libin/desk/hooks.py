"""Questions the desk asks the rooms above before it decides."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Objection:
    """Why not, in words, with the rule that is broken; one that only `advises` does not hinder."""

    rule: str
    words: str
    advises: bool = True


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A text that is about to leave, and for whom."""

    case_id: int
    text: str
    language: str
    tier: str
    kind: str
    automatic: bool = False


Asked = Callable[[Outgoing], list[Objection]]


class Question:
    """One question; rooms above register how they answer it."""

    def __init__(self) -> None:
        self.answers: dict[str, Asked] = {}

    def answer(self, name: str, how: Asked) -> None:
        """Register one way to answer, under a stable name."""
        self.answers[name] = how

    def ask(self, outgoing: Outgoing) -> list[Objection]:
        """Everybody's objections, in the order of their names."""
        return [objection for _, how in sorted(self.answers.items()) for objection in how(outgoing)]


objections_to_sending = Question()
