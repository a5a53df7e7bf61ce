"""The processes of the house: steps, who does them, by when and with what result."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from libin.handbook.rules.basis import Rule, Span, Text

MANUAL: Final = "manual"
"""The step is completed by a person saying so."""

KeyNode = Literal["start", "progress", "end", "feedback"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Rule):
    """One step of a process."""

    code: str
    role: str
    """Code of the responsible role."""
    limit: Span | None
    expected: Text
    """The result that shows the step is done."""
    resources: Text
    """Tools and material the step needs."""
    key_node: KeyNode | None
    completes_on: str
    """A fact name, or ``manual``."""
    next: tuple[str, ...]
    """Codes of the steps that may follow; empty at the end; with several, a person chooses."""
    choices: Mapping[str, Text]
    """For a branching step, the words of each choice by the code of the step it leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Process(Rule):
    """A named sequence of steps; it starts at the first."""

    code: str
    steps: tuple[Step, ...]

    def step(self, code: str) -> Step:
        """The step of that code; ``KeyError`` when the process has none."""
        for step in self.steps:
            if step.code == code:
                return step
        raise KeyError(code)

    @property
    def first(self) -> Step:
        """The step in which every run begins."""
        return self.steps[0]


def step_event(code: str) -> str:
    """The event name by which a promise refers to the completion of a step."""
    return f"step:{code}"
