"""The promise matrix: for every kind x severity x tier x mode exactly one answer of each promise."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from libin.handbook.schema import HandbookSource, PromiseGroup, PromiseRow
from libin.handbook.schema.basis import Condition
from libin.handbook.schema.spans import duration
from libin.handbook.source.gathering import Gathered
from libin.handbook.source.problems import Path, did_you_mean

Cell = tuple[str, str, str, str]
MODES = ("live", "async")


@dataclass(frozen=True, slots=True)
class Matrix:
    """For each cell (kind, severity, tier, mode) the index of the deciding row of each promise."""

    rows: Mapping[Cell, Mapping[str, int]]


def fill(source: HandbookSource, gathered: Gathered) -> Matrix:
    """Decide every cell; note cells without an answer, rows that never decide, and names nobody knows."""
    before = len(gathered.problems)
    for code, group in source.promises.items():
        _names(source, gathered, code, group)
    if len(gathered.problems) > before:
        return Matrix(rows={})
    cells = list(product(source.kinds, source.severities, source.tiers, MODES))
    rows: dict[Cell, dict[str, int]] = defaultdict(dict)
    for code, group in source.promises.items():
        decided: set[int] = set()
        unanswered: list[Cell] = []
        for cell in cells:
            index = _decide(source, group, cell)
            if index is None:
                unanswered.append(cell)
            else:
                decided.add(index)
                rows[cell][code] = index
        _judge(gathered, code, group, decided, unanswered)
    _steps(source, gathered, rows)
    return Matrix(rows={cell: rows[cell] for cell in cells})


def _decide(source: HandbookSource, group: PromiseGroup, cell: Cell) -> int | None:
    for index, row in enumerate(group.rows):
        if fits(source, row.when, cell):
            return index
    return None


def fits(source: HandbookSource, when: Condition, cell: Cell) -> bool:
    """Whether a condition holds in a cell."""
    kind, severity, tier, mode = cell
    return (
        (not when.kinds or kind in when.kinds)
        and (not when.severities or severity in when.severities)
        and (not when.classes or source.tiers[tier].service_class in when.classes)
        and (not when.tiers or tier in when.tiers)
        and (not when.modes or mode in when.modes)
    )


def _judge(
    gathered: Gathered, code: str, group: PromiseGroup, decided: set[int], unanswered: list[Cell]
) -> None:
    for index in range(len(group.rows)):
        if index not in decided:
            gathered.note(
                ("promises", code, "rows", index),
                _("This row never decides: rows above it answer every case it could."),
                _("Move it up, narrow the rows above, or take it out."),
            )
    if group.total and unanswered:
        kind, severity, tier, mode = unanswered[0]
        gathered.note(
            ("promises", code),
            _(
                "%(count)d cases have no answer, for example"
                " %(kind)s x %(severity)s x %(tier)s x %(mode)s."
            )
            % {
                "count": len(unanswered),
                "kind": kind,
                "severity": severity,
                "tier": tier,
                "mode": mode,
            },
            _("Add a row for them; within: none says outright that nothing is promised."),
        )


def _names(source: HandbookSource, gathered: Gathered, code: str, group: PromiseGroup) -> None:
    path: Path = ("promises", code)
    _calendar(source, gathered, group.calendar, (*path, "calendar"))
    for index, row in enumerate(group.rows):
        here: Path = (*path, "rows", index)
        if row.calendar:
            _calendar(source, gathered, row.calendar, (*here, "calendar"))
        for key, among in (
            ("kinds", source.kinds),
            ("severities", source.severities),
            ("classes", source.service_classes),
            ("tiers", source.tiers),
        ):
            for place, word in enumerate(getattr(row.when, key)):
                if word not in among:
                    gathered.note(
                        (*here, "when", key, place),
                        _('"%(word)s" stands in no rule of %(section)s.')
                        % {"word": word, "section": _SECTION[key]},
                        did_you_mean(word, among),
                    )
        if (
            row.when.classes
            and row.when.tiers
            and not any(
                t in source.tiers and source.tiers[t].service_class in row.when.classes
                for t in row.when.tiers
            )
        ):
            gathered.note(
                (*here, "when"),
                _("This condition can never hold: none of the tiers is in one of the classes."),
                _("Name either classes or tiers."),
            )
        _cap(gathered, group, row, here)


_SECTION = {
    "kinds": "kinds",
    "severities": "severities",
    "classes": "service_classes",
    "tiers": "tiers",
}


def _calendar(source: HandbookSource, gathered: Gathered, code: str, path: Path) -> None:
    if code not in source.calendars:
        gathered.note(
            path,
            _('There is no %(what)s "%(word)s".')
            % {"what": pgettext("handbook", "calendar"), "word": code},
            did_you_mean(code, source.calendars),
        )


def _cap(gathered: Gathered, group: PromiseGroup, row: PromiseRow, here: Path) -> None:
    cap = row.cap or group.cap
    if cap and duration(cap).working:
        gathered.note(
            here,
            _("A cap is counted by the clock, not in working time."),
            _("Write for example 24 hours."),
        )


def _steps(
    source: HandbookSource, gathered: Gathered, rows: Mapping[Cell, Mapping[str, int]]
) -> None:
    """A promise that ends with a step needs that step in the process of each kind it is made for."""
    for code, group in source.promises.items():
        for key, events in (("starts_on", [group.starts_on]), ("met_by", list(group.met_by))):
            wanted = [event.removeprefix("step:") for event in events if event.startswith("step:")]
            if not wanted or len(wanted) < len(events):
                continue
            kinds = {
                cell[0]
                for cell, answers in rows.items()
                if code in answers and group.rows[answers[code]].within != "none"
            }
            for kind in sorted(kinds & set(source.kinds)):
                process = source.kinds[kind].process
                steps = source.processes[process].steps if process in source.processes else {}
                if steps and not set(wanted) & set(steps):
                    gathered.note(
                        ("promises", code, key),
                        _('The process "%(process)s" of kind "%(kind)s" has no step "%(step)s".')
                        % {"process": process, "kind": kind, "step": wanted[0]},
                        did_you_mean(wanted[0], steps),
                    )
