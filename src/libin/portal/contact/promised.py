"""What a customer is told after writing: who looks after it, and by when."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from libin.desk.queries import calendar, case_seen_by, customer_case_view
from libin.desk.rules.promises import Commitment
from libin.handbook import queries as handbook
from libin.kernel.access import Actor
from libin.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Promised:
    """Who looks after a request (empty while nobody does), what is promised first, and by when."""

    person: str
    title: str
    due_at: datetime | None


def promised_to_her(viewer: Actor, case_id: int) -> Promised | None:
    """What is promised to the customer who looks at her own case; None for any other case."""
    try:
        view = customer_case_view(viewer, case_seen_by(viewer, case_id).key)
    except NotFound:
        return None
    owner = view.case.owner
    first = next((promise for promise in view.promises if promise.settled_at is None), None)
    title = first.rule.title.in_(_language()) if first and first.rule else ""
    return Promised(owner.name if owner else "", title, first.due_at if first else None)


def promised_to_anybody(kind: str, severity: str, *, at: datetime) -> Promised:
    """What the handbook promises a customer it does not know yet, for a form posted at `at`."""
    book = handbook.in_force(at)
    if kind not in book.kinds or severity not in book.severities:
        return Promised("", "", None)
    rules = [
        rule
        for rule in book.promises_for(kind, severity, book.default_tier, "async")
        if rule.starts_on == "desk.case_opened" and "desk.acknowledged" not in rule.met_by
    ]
    due = [
        (Commitment(rule, at, calendar(book, rule.calendar)).due_at, rule.title.in_(_language()))
        for rule in rules
    ]
    known = [(when, title) for when, title in due if when is not None]
    if not known:
        return Promised("", "", None)
    when, title = min(known)
    return Promised("", title, when)


def _language() -> str:
    return get_language() or ""
