"""How a case walks through its process: which steps an event completes and which come next."""

from collections.abc import Collection
from dataclasses import dataclass

from libin.handbook.rules import MANUAL, Process, Step


@dataclass(frozen=True, slots=True)
class Walk:
    """What one event does to a process: steps passed, in order, and the step that starts, if any."""

    passed: tuple[Step, ...] = ()
    starts: Step | None = None


def walk(process: Process, open_step: str, event: str, *, done: Collection[str] = ()) -> Walk:
    """Advance from the open step because of an event.

    The event may complete a step further on: then the steps between were done on the way; and it completes
    every step in a row that waits for it. Nothing is passed over a branch, where a person must choose.
    """
    way: list[Step] = []
    passed = 0
    step: Step | None = process.step(open_step)
    while step is not None and not (passed and step.completes_on != event):
        way.append(step)
        if step.completes_on == event:
            passed = len(way)
        step = _next(process, step, "")
    return Walk(tuple(way[:passed]), step) if passed else Walk()


def complete(process: Process, open_step: str, chosen: str = "") -> Walk:
    """A person says that the open step is done; at a branch `chosen` is the code of the step that follows.

    Raises KeyError when the choice is not one of those that follow.
    """
    step = process.step(open_step)
    if len(step.next) > 1 and chosen not in step.next:
        raise KeyError(chosen)
    return Walk((step,), _next(process, step, chosen))


def _next(process: Process, step: Step, chosen: str) -> Step | None:
    if chosen:
        return process.step(chosen)
    return process.step(step.next[0]) if len(step.next) == 1 else None


def is_manual(step: Step) -> bool:
    """Whether only a person can complete this step."""
    return step.completes_on == MANUAL
