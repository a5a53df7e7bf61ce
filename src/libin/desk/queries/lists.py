"""Lists of cases: queues, views, their counts, and the search."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet

from libin.desk import access
from libin.desk.models import Case, CaseDocument
from libin.kernel import search
from libin.kernel.access import Actor

PAGE = 25
COUNT_UP_TO = 1000
STALE = timedelta(seconds=40)

OPEN = (Case.State.OPEN, Case.State.WAITING)
VIEWS = ("mine", "team", "unassigned", "open", "waiting", "resolved", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list shall show. Codes are the handbook's; empty means any.

    `case_ids` narrows to given cases, for example the occasions on which a rule was broken.
    """

    view: str = "open"
    kind: str = ""
    severity: str = ""
    tier: str = ""
    channel: str = ""
    owner_id: int | None = None
    customer_id: int | None = None
    promise: str = ""
    words: str = ""
    case_ids: Sequence[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningPromise:
    """The most pressing promise of a case."""

    code: str
    rule: str
    state: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """A colleague who has a case open."""

    staff_id: int
    name: str
    replying: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One line of a list."""

    id: int
    number: str
    subject: str
    customer_id: int
    customer_name: str
    tier: str
    kind: str
    severity: str
    channel: str
    state: str
    handbook_id: int
    owner_id: int | None
    owner_name: str
    opened_at: datetime
    changed_at: datetime
    risk_at: datetime | None
    unread: bool
    last_words: str
    last_by_customer: bool
    messages_count: int
    escalation: str
    promise: RunningPromise | None
    watchers: tuple[Watcher, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseList:
    """A page of a list. `more` tells that there is another page after `rows`."""

    rows: tuple[CaseRow, ...]
    more: bool
    found: int | None = None
    pieces: Mapping[int, tuple[search.Piece, ...]] = field(default_factory=dict)


def cases(viewer: Actor, wanted: Wanted, *, at: datetime, page: int = 1) -> CaseList:
    """One page of cases, the most at risk first; done ones the latest first. Three statements."""
    found = _narrow(_ordered(_filtered(viewer, wanted, at), wanted))
    begin = (max(page, 1) - 1) * PAGE
    listed = list(found[begin : begin + PAGE + 1])
    return CaseList(rows=_rows(listed[:PAGE], at), more=len(listed) > PAGE)


def ids_of(viewer: Actor, wanted: Wanted, *, at: datetime, page: int = 1) -> list[int]:
    """The numbers of one page of cases in their order, and of the first of the next page. One statement."""
    found = _ordered(_filtered(viewer, wanted, at), wanted)
    begin = (max(page, 1) - 1) * PAGE
    return list(found.values_list("pk", flat=True)[begin : begin + PAGE + 1])


def history(viewer: Actor, customer_id: int, *, but: int, limit: int) -> tuple[CaseRow, ...]:
    """The newest other cases of a customer, without their promises and watchers. One statement."""
    others = access.visible_to(viewer).filter(customer_id=customer_id).exclude(pk=but)
    return tuple(
        _row(case, None, ()) for case in _narrow(others).order_by("-opened_at", "-id")[:limit]
    )


def rows_of(ids: Sequence[int], *, at: datetime) -> tuple[CaseRow, ...]:
    """Lines for these cases, in this order. Three statements, whatever their number."""
    if not ids:
        return ()
    found = _narrow(Case.objects.filter(pk__in=ids)).in_bulk()
    return _rows([found[number] for number in ids if number in found], at)


def _rows(listed: Sequence[Case], at: datetime) -> tuple[CaseRow, ...]:
    ids = [case.pk for case in listed]
    if not ids:
        return ()
    promises = _pressing(ids)
    watchers = watchers_of(ids, at=at)
    return tuple(_row(case, promises.get(case.pk), watchers.get(case.pk, ())) for case in listed)


def _narrow(found: QuerySet[Case]) -> QuerySet[Case]:
    """Only the columns a line shows."""
    return found.select_related("customer", "owner").only(
        "subject",
        "customer__name",
        "tier",
        "kind",
        "severity",
        "channel",
        "state",
        "handbook_id",
        "owner__name",
        "opened_at",
        "changed_at",
        "risk_at",
        "unread",
        "last_words",
        "last_by_customer",
        "messages_count",
        "escalation",
    )


def _row(case: Case, promise: RunningPromise | None, watchers: tuple[Watcher, ...]) -> CaseRow:
    return CaseRow(
        id=case.pk,
        number=case.number,
        subject=case.subject,
        customer_id=case.customer_id,
        customer_name=case.customer.name,
        tier=case.tier,
        kind=case.kind,
        severity=case.severity,
        channel=case.channel,
        state=case.state,
        handbook_id=case.handbook_id,
        owner_id=case.owner_id,
        owner_name=case.owner.name if case.owner else "",
        opened_at=case.opened_at,
        changed_at=case.changed_at,
        risk_at=case.risk_at,
        unread=case.unread,
        last_words=case.last_words,
        last_by_customer=case.last_by_customer,
        messages_count=case.messages_count,
        escalation=case.escalation,
        promise=promise,
        watchers=watchers,
    )


# Asked with every list: putting the same together each time costs more than running it.
_PRESSING = """
SELECT DISTINCT ON (case_id) case_id, code, rule, state, due_at FROM desk_promise
WHERE case_id = ANY(%s) AND settled_at IS NULL AND state <> 'dropped' ORDER BY case_id, due_at
"""
_WATCHERS = """
SELECT case_id, staff_id, name, replying FROM desk_watching JOIN people_staff ON people_staff.id = staff_id
WHERE case_id = ANY(%s) AND seen_at > %s
"""


def _pressing(ids: Iterable[int]) -> dict[int, RunningPromise]:
    with connection.cursor() as cursor:
        cursor.execute(_PRESSING, [list(ids)])
        rows = cursor.fetchall()
    return {
        row[0]: RunningPromise(code=row[1], rule=row[2], state=row[3], due_at=row[4])
        for row in rows
    }


def watchers_of(ids: Iterable[int], *, at: datetime) -> dict[int, tuple[Watcher, ...]]:
    """Who has these cases open right now."""
    here: dict[int, tuple[Watcher, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_WATCHERS, [list(ids), at - STALE])
        rows = cursor.fetchall()
    for case_id, staff_id, name, replying in rows:
        here[case_id] = (
            *here.get(case_id, ()),
            Watcher(staff_id=staff_id, name=name, replying=replying),
        )
    return here


def _filtered(viewer: Actor, wanted: Wanted, at: datetime) -> QuerySet[Case]:
    found = access.visible_to(viewer).filter(_view(viewer, wanted.view))
    exact = {
        "kind": wanted.kind,
        "severity": wanted.severity,
        "tier": wanted.tier,
        "channel": wanted.channel,
    }
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if wanted.owner_id is not None:
        found = found.filter(owner_id=wanted.owner_id)
    if wanted.customer_id is not None:
        found = found.filter(customer_id=wanted.customer_id)
    if wanted.case_ids is not None:
        found = found.filter(pk__in=wanted.case_ids)
    if wanted.promise == "broken":
        found = found.filter(risk_at__lte=at)
    elif wanted.promise == "soon":
        found = found.filter(risk_at__gt=at, risk_at__lte=at + timedelta(hours=1))
    if wanted.words:
        documents = CaseDocument.objects.filter(search.matching(wanted.words))
        found = found.filter(pk__in=documents.values("pk"))
    return found


def _view(viewer: Actor, view: str) -> Q:
    if view == "mine":
        return (Q(owner_id=viewer.person) | Q(asked_id=viewer.person)) & Q(state__in=OPEN)
    if view == "team":
        return Q(team_id__in=viewer.teams, state__in=OPEN)
    if view == "unassigned":
        return Q(owner=None, state__in=OPEN)
    if view == "open":
        return Q(state__in=OPEN)
    if view in ("waiting", "resolved", "closed"):
        return Q(state=view)
    return Q()


def _ordered(found: QuerySet[Case], wanted: Wanted) -> QuerySet[Case]:
    if wanted.view in ("closed", "resolved"):
        latest = "-closed_at" if wanted.view == "closed" else "-changed_at"
        return found.order_by(latest, "-id")
    if wanted.view == "all":
        return found.order_by("-opened_at", "-id")
    return found.order_by(F("risk_at").asc(nulls_last=True), "id")


def counts(viewer: Actor, views: Sequence[str] = VIEWS) -> dict[str, int]:
    """How many cases each view holds, counted up to a thousand: one statement."""
    sql, values = _counting(viewer, tuple(views))
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return dict(cursor.fetchall())


@lru_cache(maxsize=512)
def _counting(viewer: Actor, views: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """The statement of `counts` and its values; putting it together costs more than running it."""
    parts: list[str] = []
    values: list[Any] = []
    for view in views:
        found = (
            access.visible_to(viewer)
            .filter(_view(viewer, view))
            .order_by()
            .values("pk")[:COUNT_UP_TO]
        )
        try:
            sql, given = found.query.sql_with_params()
        except EmptyResultSet:
            sql, given = "SELECT 1 WHERE false", ()
        parts.append(f"SELECT %s::text, (SELECT count(*) FROM ({sql}) AS cut)")  # noqa: S608 - Django's own SQL, its values apart
        values += [view, *given]
    return " UNION ALL ".join(parts), tuple(values)


def find(viewer: Actor, words: str, *, at: datetime, limit: int = 25) -> CaseList:
    """The newest cases that hold every word, with the place where they stand. Six statements at most."""
    if not search.query(words):
        return CaseList(rows=(), more=False, found=0)
    documents = CaseDocument.objects.filter(search.matching(words))
    if not viewer.holds("desk.view_all"):
        documents = documents.filter(pk__in=access.visible_to(viewer).values("pk"))
    newest = list(documents.order_by("-pk").values_list("pk", "body")[: limit + 1])
    found = len(newest)
    if found > limit:
        found = documents.order_by().values("pk")[: COUNT_UP_TO + 1].count()
    shown = newest[:limit]
    return CaseList(
        rows=rows_of([pk for pk, _ in shown], at=at),
        more=len(newest) > limit,
        found=found,
        pieces={pk: search.snippet(body, words) for pk, body in shown},
    )
