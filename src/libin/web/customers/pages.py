"""What the customer screens show, put together from what the rooms below know."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from libin.customers import access, queries
from libin.customers.queries import ContactShown, CustomerPage, CustomerPanel
from libin.desk.queries import Wanted, cases
from libin.desk.queries.lists import CaseRow
from libin.handbook import queries as handbook
from libin.handbook.rules import Handbook
from libin.kernel.access import Actor, require
from libin.people.queries import staff_visible_to
from libin.surveys.queries import VerdictShown, verdicts
from libin.ui import marks

PAGE = 50
MOST_CASES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TierMark:
    """A tier as it is marked."""

    title: str
    height: marks.Height


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One customer in the list."""

    panel: CustomerPanel
    tier: TierMark


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """Customers that fit what was asked."""

    lines: tuple[Line, ...]
    words: str
    tier: str
    mine: bool
    tiers: tuple[tuple[str, str], ...]
    number: int
    more: bool
    may_edit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One request of a customer."""

    row: CaseRow
    kind: str
    state: str
    tone: str
    verdict: VerdictShown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """One entitlement of her tier."""

    title: str
    text: str
    limit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One change of tier."""

    before: str
    after: str
    reason: str
    approver: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Everything about one customer, as her page shows it."""

    known: CustomerPage
    tier: TierMark
    service_class: str
    language: str
    likes: tuple[str, ...]
    granted: tuple[Granted, ...]
    history: tuple[HistoryLine, ...]
    cases: tuple[CaseLine, ...]
    revealed: ContactShown | None
    revealed_value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """One form about a customer; `panel` is None for a new one."""

    title: str
    form: forms.Form
    panel: CustomerPanel | None


def said(text: object) -> str:
    """A handbook text in the reader's language."""
    return str(text.in_(get_language() or "")) if hasattr(text, "in_") else ""


def tier_mark(book: Handbook, code: str) -> TierMark:
    """The mark of a tier; a code the handbook no longer has is shown as it is."""
    tier = book.tiers.get(code)
    if tier is None:
        return TierMark(title=code, height="plain")
    best = min(each.rank for each in book.tiers.values())
    return TierMark(title=said(tier.title), height=marks.height(tier.rank, best, len(book.tiers)))


def tiers_of(book: Handbook) -> list[tuple[str, str]]:
    """Every tier with its title, the highest first."""
    ordered = sorted(book.tiers.values(), key=lambda tier: tier.rank)
    return [(tier.code, said(tier.title)) for tier in ordered]


def colleagues(viewer: Actor) -> list[tuple[str, str]]:
    """Who may be named as account manager."""
    rows = staff_visible_to(viewer).filter(is_active=True).values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


def list_page(
    viewer: Actor, *, words: str, tier: str, mine: bool, number: int, at: datetime
) -> ListPage:
    """One page of customers by name. Raises NotPermitted for staff who do not serve customers."""
    require(access.may_look(viewer))
    book = handbook.in_force(at)
    manager = viewer.staff_id if mine else None
    found = queries.found(viewer, words=words, tier=tier, manager_id=manager)
    begin = (number - 1) * PAGE
    rows = list(found[begin : begin + PAGE + 1])
    return ListPage(
        lines=tuple(
            Line(panel=queries.panel_of(row), tier=tier_mark(book, row.tier)) for row in rows[:PAGE]
        ),
        words=words,
        tier=tier,
        mine=mine,
        tiers=tuple(tiers_of(book)),
        number=number,
        more=len(rows) > PAGE,
        may_edit=viewer.holds("customers.edit"),
    )


def screen(
    viewer: Actor,
    customer_id: int,
    *,
    at: datetime,
    revealed: int | None = None,
    value: str = "",
) -> Screen:
    """The page of one customer. Raises NoSuchCustomer."""
    known = queries.customer_page(viewer, customer_id, at=at)
    book = handbook.in_force(at)
    return Screen(
        known=known,
        tier=tier_mark(book, known.panel.tier),
        service_class=said(known.service_class.title) if known.service_class else "",
        language=dict(settings.LANGUAGES).get(known.panel.language, ""),
        likes=tuple(str(like) for like in known.panel.preferences.get("likes", ())),
        granted=tuple(
            Granted(title=said(one.title), text=said(one.text), limit=_limit(one.quota, one.period))
            for one in known.entitlements
        ),
        history=tuple(
            HistoryLine(
                before=tier_mark(book, one.before).title,
                after=tier_mark(book, one.after).title,
                reason=one.reason,
                approver=one.approver,
                at=one.at,
            )
            for one in known.history
        ),
        cases=_cases(viewer, customer_id, at=at),
        revealed=next((one for one in known.contacts if one.id == revealed), None),
        revealed_value=value,
    )


def _limit(quota: int | None, period: str) -> str:
    if quota is None:
        return ""
    pattern = {
        "month": _("%(count)d a month"),
        "quarter": _("%(count)d a quarter"),
        "year": _("%(count)d a year"),
    }.get(period, "%(count)d")
    return pattern % {"count": quota}


def _cases(viewer: Actor, customer_id: int, *, at: datetime) -> tuple[CaseLine, ...]:
    rows = cases(viewer, Wanted(view="all", customer_id=customer_id), at=at).rows[:MOST_CASES]
    said_of = verdicts(viewer, case_ids=[row.id for row in rows])
    states = {
        "open": (_("Open"), "active"),
        "waiting": (_("Waiting"), "wait"),
        "resolved": (_("Resolved"), "done"),
        "closed": (_("Closed"), "done"),
    }
    lines = []
    for row in rows:
        kind = handbook.version(row.handbook_id).kinds.get(row.kind)
        state, tone = states.get(row.state, (row.state, ""))
        lines.append(
            CaseLine(
                row=row,
                kind=said(kind.title) if kind else row.kind,
                state=state,
                tone=tone,
                verdict=said_of.get(row.id),
            )
        )
    return tuple(lines)
