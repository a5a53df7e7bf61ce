"""Checks the steps of every process: roles, ways on, an end that can be reached."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from libin.handbook.schema.words import ProcessEntry, StepEntry
from libin.handbook.source.checker import Checker
from libin.handbook.source.problems import Path


def check_processes(checker: Checker) -> None:
    """Note every step nobody can do, reach or leave."""
    for code, process in checker.source.processes.items():
        checker.known(
            process.calendar,
            checker.source.calendars,
            ("processes", code, "calendar"),
            pgettext("handbook", "calendar"),
        )
        for step_code, step in process.steps.items():
            _step(checker, process, step, ("processes", code, "steps", step_code))
        _ways(checker, code, process)


def _step(checker: Checker, process: ProcessEntry, step: StepEntry, path: Path) -> None:
    checker.known(step.role, checker.source.roles, (*path, "role"), pgettext("handbook", "role"))
    checker.event(step.completes_on, (*path, "completes_on"))
    if step.calendar:
        checker.known(
            step.calendar,
            checker.source.calendars,
            (*path, "calendar"),
            pgettext("handbook", "calendar"),
        )
    checker.all_known(step.next, process.steps, (*path, "next"), pgettext("handbook", "step"))
    if step.choices and set(step.choices) != set(step.next):
        checker.note(
            (*path, "choices"),
            _("The choices are not the steps named under next."),
            _("Give each step under next one choice in words."),
        )
    if len(step.next) > 1 and not step.choices:
        checker.note(
            (*path, "next"),
            _("Several steps may follow, but nothing says when which."),
            _("Add choices: with words for each of them."),
        )


def _ways(checker: Checker, code: str, process: ProcessEntry) -> None:
    ways = {
        name: [n for n in step.next if n in process.steps] for name, step in process.steps.items()
    }
    first = next(iter(process.steps))
    reached = {first}
    open_ends = [first]
    while open_ends:
        for name in ways[open_ends.pop()]:
            if name not in reached:
                reached.add(name)
                open_ends.append(name)
    for name in process.steps:
        if name not in reached:
            checker.note(
                ("processes", code, "steps", name),
                _("No way leads to this step."),
                _("Name it under next: of the step before it, or take it out."),
            )
    if circle := _circle(ways):
        checker.note(
            ("processes", code, "steps", circle),
            _("The way from this step leads back to it."),
            _("Let the steps go forward only; reopening a case begins the process again."),
        )


def _circle(ways: Mapping[str, list[str]]) -> str | None:
    """The first step found on a circle."""
    done: set[str] = set()
    for start in ways:
        trail: list[tuple[str, int]] = [(start, 0)]
        on_trail = {start}
        while trail:
            name, index = trail.pop()
            if name in done or index >= len(ways[name]):
                done.add(name)
                on_trail.discard(name)
                continue
            trail.append((name, index + 1))
            follower = ways[name][index]
            if follower in on_trail:
                return follower
            if follower not in done:
                trail.append((follower, 0))
                on_trail.add(follower)
    return None
