"""Lists of cases made ready for the screen."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from libin.desk.queries.day import SOON
from libin.desk.queries.lists import CaseRow, RunningPromise, Watcher
from libin.handbook import queries as handbooks
from libin.kernel.access import Actor
from libin.kernel.search import Piece
from libin.ui.marks import PromiseMark, PromiseState
from libin.web.desk.naming import STATE_TONES, Names, said, state_title
from libin.web.desk.pages import CaseLine, Face

NEARLY_DUE = 80
STATES: Mapping[str, PromiseState] = {
    "running": "running",
    "paused": "paused",
    "kept": "kept",
    "broken": "broken",
    "dropped": "void",
}


def lines(
    rows: Iterable[CaseRow],
    *,
    viewer: Actor,
    at: datetime,
    query: str = "",
    current: int | None = None,
    pieces: Mapping[int, tuple[Piece, ...]] | None = None,
) -> tuple[CaseLine, ...]:
    """The rows as lines; `query` is kept in their addresses so that the list stays beside the case."""
    names: dict[int, Names] = {}
    made = []
    for row in rows:
        known = names.get(row.handbook_id) or names.setdefault(
            row.handbook_id, Names(handbooks.version(row.handbook_id))
        )
        made.append(_line(row, known, viewer, at, query, current, (pieces or {}).get(row.id, ())))
    return tuple(made)


def _line(
    row: CaseRow,
    names: Names,
    viewer: Actor,
    at: datetime,
    query: str,
    current: int | None,
    pieces: tuple[Piece, ...],
) -> CaseLine:
    return CaseLine(
        id=row.id,
        url=case_url(row.id, query),
        number=row.number,
        subject=row.subject or gettext("(no subject)"),
        last_words=row.last_words,
        last_by_customer=row.last_by_customer,
        customer=row.customer_name,
        tier=names.tier(row.tier),
        kind=names.kind(row.kind),
        severity=names.severity(row.severity),
        state=state_title(row.state),
        state_tone=STATE_TONES.get(row.state, ""),
        owner=row.owner_name,
        mine=row.owner_id is not None and row.owner_id == viewer.staff_id,
        unread=row.unread,
        changed_at=row.changed_at,
        promise=pressing(row.promise, names, opened_at=row.opened_at, at=at)
        if row.promise
        else None,
        escalated=bool(row.escalation),
        watchers=faces(row.watchers, viewer),
        current=row.id == current,
        pieces=pieces,
    )


def pressing(
    promise: RunningPromise, names: Names, *, opened_at: datetime, at: datetime
) -> PromiseMark:
    """The most pressing promise of a line; a broken one that still waits counts on as overdue."""
    rule = names.handbook.rules.get(promise.rule)
    state = STATES.get(promise.state, "running")
    return PromiseMark(
        title=names.promise(promise.rule, promise.code),
        state="running" if state == "broken" else state,
        started_at=opened_at,
        due_at=promise.due_at,
        warned=NEARLY_DUE if promise.due_at - at <= SOON else 0,
        rule_text=said(rule.text) if rule else "",
    )


def faces(watchers: Iterable[Watcher], viewer: Actor) -> tuple[Face, ...]:
    """The colleagues who look, without oneself; who writes comes first."""
    others = [w for w in watchers if w.staff_id != viewer.staff_id]
    return tuple(
        Face(name=w.name, doing=gettext("is replying") if w.replying else "")
        for w in sorted(others, key=lambda w: (not w.replying, w.name))
    )


def case_url(case_id: int, query: str = "") -> str:
    """The address of a case, with the list it is read beside."""
    url = _case_path(case_id)
    return f"{url}?{query}" if query else url


def act_url(case_id: int, code: str, query: str) -> str:
    """The address of an act on a case."""
    return with_query(reverse("desk:act", args=[case_id, code]), query)


def with_query(url: str, query: str) -> str:
    """An address with the list it is reached from."""
    return f"{url}?{query}" if query else url


def with_values(query: QueryDict, **changes: str | None) -> str:
    """The query string with some values changed; empty ones are left out."""
    values = query.copy()
    for name, value in changes.items():
        values.pop(name, None)
        if value:
            values[name] = value
    return values.urlencode()


@lru_cache(maxsize=4096)
def _case_path(case_id: int) -> str:
    return reverse("desk:case", args=[case_id])
