"""What a list shall show, read from an address: view, filters, page, or one rule's occasions."""

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from libin.desk.queries import lists
from libin.desk.queries.lists import Wanted
from libin.handbook import queries as handbooks
from libin.handbook.rules import Handbook
from libin.kernel.access import Actor
from libin.ui.marks import TabMark
from libin.web.desk.lines import with_values
from libin.web.desk.naming import said
from libin.web.desk.pages import Choice, Filter

VIEWS = ("mine", "team", "unassigned", "open", "waiting", "resolved", "closed")
NARROWING = ("kind", "tier", "severity", "channel", "owner", "promise", "rule", "kept")
MOST_OCCASIONS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The view, page and filters of one address."""

    query: QueryDict
    view: str
    page: int

    @property
    def kept_query(self) -> str:
        """What a case's address keeps of it."""
        return with_values(self.query, view=self.view, page=None, words=None)


def wish_of(query: QueryDict, *, default: str) -> Wish:
    """Read an address; unknown views and pages fall back."""
    asked = query.get("view", "")
    narrowed = any(query.get(name) for name in ("rule", "customer"))
    view = asked if asked in (*VIEWS, "all") else "all" if narrowed else default
    page = query.get("page", "1")
    return Wish(query=query, view=view, page=int(page) if page.isdecimal() and len(page) < 5 else 1)


def default_view(viewer: Actor) -> str:
    """Her own cases for those who answer, all open ones for those who only look after them."""
    return "mine" if viewer.holds("desk.reply") and not viewer.holds("desk.supervise") else "open"


def wanted_of(wish: Wish, viewer: Actor) -> Wanted:
    """The wish in the desk's own terms."""
    get = wish.query.get
    return Wanted(
        view=wish.view,
        kind=get("kind", ""),
        severity=get("severity", ""),
        tier=get("tier", ""),
        channel=get("channel", ""),
        owner_id=_number(get("owner", "")),
        customer_id=_number(get("customer", "")),
        promise=get("promise", ""),
        case_ids=_occasions(get("rule", ""), get("kept", "")),
    )


def _occasions(rule: str, kept: str) -> list[int] | None:
    if not rule:
        return None
    return list(handbooks.occasions(rule, kept={"1": True, "0": False}.get(kept))[:MOST_OCCASIONS])


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None


def views_of(wish: Wish, viewer: Actor, counted: dict[str, int]) -> tuple[TabMark, ...]:
    """The views as tabs with their counts; a thousand is shown as the limit."""
    base = reverse("desk:queue")
    return tuple(
        TabMark(
            title=view_title(view),
            url=f"{base}?{with_values(wish.query, view=view, page=None, words=None)}",
            count=counted.get(view) if view != "closed" else None,
            current=view == wish.view,
        )
        for view in VIEWS
        if view != "team" or viewer.teams
    )


VIEW_TITLES = {
    "mine": gettext_noop("Mine"),
    "team": gettext_noop("Team"),
    "unassigned": gettext_noop("Unassigned"),
    "open": gettext_noop("All open"),
    "waiting": gettext_noop("Waiting"),
    "resolved": gettext_noop("Resolved"),
    "closed": gettext_noop("Closed"),
    "all": gettext_noop("All"),
}


def view_title(view: str) -> str:
    """The name of a view."""
    return gettext(VIEW_TITLES[view])


def empty_words(view: str) -> tuple[str, str]:
    """What an empty view says: what it means and what to do next."""
    return {
        "mine": (
            gettext("Nothing waits for you"),
            gettext("Take a case from your team, or enjoy the quiet."),
        ),
        "team": (
            gettext("Nothing waits for your team"),
            gettext("New cases appear here by themselves."),
        ),
        "unassigned": (
            gettext("Every case has an owner"),
            gettext("New cases are routed within a second."),
        ),
        "open": (gettext("No open cases"), gettext("New cases appear here by themselves.")),
        "waiting": (
            gettext("Nothing is paused"),
            gettext("Cases that wait for somebody appear here."),
        ),
        "resolved": (
            gettext("Nothing is resolved just now"),
            gettext("Resolved cases close by themselves later."),
        ),
        "closed": (
            gettext("Nothing was closed yet"),
            gettext("Closed cases stay here and can be searched."),
        ),
    }.get(view, (gettext("Nothing was found"), gettext("Remove a filter to see more.")))


def filters_of(wish: Wish, book: Handbook, owners: dict[int, str]) -> tuple[Filter, ...]:
    """Everything the list can be narrowed by, with what is chosen."""
    tables = (
        ("kind", gettext("Kind"), [(k.code, said(k.title)) for k in book.kinds.values()]),
        ("tier", gettext("Tier"), [(t.code, said(t.title)) for t in book.tiers.values()]),
        (
            "severity",
            gettext("Severity"),
            [(s.code, said(s.title)) for s in book.severities.values()],
        ),
        ("channel", gettext("Channel"), [(c.code, said(c.title)) for c in book.channels.values()]),
        ("owner", gettext("Owner"), [(str(number), name) for number, name in owners.items()]),
        (
            "promise",
            gettext("Promise"),
            [("broken", gettext("Overdue")), ("soon", gettext("Due within an hour"))],
        ),
    )
    return tuple(
        Filter(
            name=name,
            title=title,
            choices=tuple(
                Choice(value=value, title=shown, chosen=wish.query.get(name) == value)
                for value, shown in values
            ),
        )
        for name, title, values in tables
        if values
    )


def narrowed_by(wish: Wish, filters: tuple[Filter, ...], book: Handbook) -> tuple[TabMark, ...]:
    """What narrows the list now; each mark's address removes it."""
    base = reverse("desk:queue")
    chosen = [
        TabMark(
            title=f"{each.title}: {choice.title}",
            url=f"{base}?{with_values(wish.query, **{each.name: None, 'page': None})}",
        )
        for each in filters
        for choice in each.choices
        if choice.chosen
    ]
    if rule_id := wish.query.get("rule"):
        rule = book.rules.get(rule_id)
        title = said(rule.title) if rule else rule_id
        kept = {"1": gettext("kept"), "0": gettext("broken")}.get(
            wish.query.get("kept", ""), gettext("applied")
        )
        chosen.append(
            TabMark(
                title=f"{title}: {kept}",
                url=f"{base}?{with_values(wish.query, rule=None, kept=None, page=None)}",
            )
        )
    return tuple(chosen)


def counts_for(viewer: Actor) -> dict[str, int]:
    """How many cases each view holds."""
    return lists.counts(viewer, tuple(v for v in VIEWS if v != "closed"))


def today(at: datetime) -> Handbook:
    """The handbook in force, for titles of filters."""
    return handbooks.in_force(at)
