"""What the pages of a customer's requests show, put together from what the rooms below know."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from libin.customers.queries import Visitor
from libin.desk.queries import (
    CaseRow,
    CustomerCaseView,
    PromiseView,
    StepView,
    Wanted,
    case_seen_by,
    cases,
    customer_case_view,
    reasons_to_wait,
)
from libin.handbook import queries as handbook
from libin.handbook.rules import Handbook
from libin.surveys.queries import VerdictShown, verdicts
from libin.ui.marks import PromiseMark, PromiseState, StepMark

_STATES = {
    "open": (_("In progress"), "active"),
    "waiting": (_("Waiting for you"), "wait"),
    "resolved": (_("Solved"), "done"),
    "closed": (_("Closed"), "done"),
}
_PROMISES: dict[str, PromiseState] = {
    "running": "running",
    "paused": "paused",
    "kept": "kept",
    "broken": "broken",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """One request in the list."""

    id: int
    number: str
    subject: str
    kind: str
    state: str
    tone: str
    person: str
    changed_at: datetime
    due_at: datetime | None
    new_word: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsPage:
    """The customer's requests, the latest first."""

    visitor: Visitor
    lines: tuple[RequestLine, ...]
    page: int
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """A file of a message."""

    key: str
    name: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One thing said, by her or by us."""

    hers: bool
    who: str
    at: datetime
    text: str
    files: tuple[FileLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPage:
    """One request: where it stands, who looks after it, what was promised and said."""

    visitor: Visitor
    id: int
    number: str
    subject: str
    kind: str
    state: str
    tone: str
    done: bool
    person: str
    opened_at: datetime
    promises: tuple[PromiseMark, ...]
    """What she still waits for."""
    steps: tuple[StepMark, ...]
    words: tuple[Word, ...]
    verdict: VerdictShown | None


def requests_page(visitor: Visitor, *, page: int, at: datetime) -> RequestsPage:
    """One page of her requests."""
    found = cases(visitor.actor, Wanted(view="all"), at=at, page=page)
    reasons = reasons_to_wait(
        visitor.actor, [row.id for row in found.rows if row.state == "waiting"]
    )
    return RequestsPage(
        visitor=visitor,
        lines=tuple(_line(row, reasons.get(row.id, "")) for row in found.rows),
        page=page,
        more=found.more,
    )


def _line(row: CaseRow, reason: str) -> RequestLine:
    book = handbook.version(row.handbook_id)
    state, tone = _state(row.state, book, reason)
    done = tone == "done"
    return RequestLine(
        id=row.id,
        number=row.number,
        subject=row.subject,
        kind=_kind(book, row.kind),
        state=state,
        tone=tone,
        person=row.owner_name,
        changed_at=row.changed_at,
        due_at=row.promise.due_at if row.promise and not done else None,
        new_word=not row.last_by_customer and not done,
    )


def request_page(visitor: Visitor, number: int, *, at: datetime) -> RequestPage:
    """One request of hers. Raises NotFound for any other."""
    view = her_case(visitor, number)
    case, book = view.case, view.handbook
    waiting = [case.pk] if case.state == "waiting" else []
    reason = reasons_to_wait(visitor.actor, waiting).get(case.pk, "")
    state, tone = _state(case.state, book, reason)
    return RequestPage(
        visitor=visitor,
        id=case.pk,
        number=case.number,
        subject=case.subject,
        kind=_kind(book, case.kind),
        state=state,
        tone=tone,
        done=case.is_done,
        person=case.owner.name if case.owner else "",
        opened_at=case.opened_at,
        promises=tuple(_promise(one) for one in view.promises if one.settled_at is None),
        steps=tuple(_step(step, book, at) for step in view.steps),
        words=_words(view, visitor),
        verdict=verdicts(visitor.actor, case_ids=[case.pk]).get(case.pk),
    )


def her_case(visitor: Visitor, number: int) -> CustomerCaseView:
    """The case with this number, if it is hers. Raises NotFound for any other."""
    return customer_case_view(visitor.actor, case_seen_by(visitor.actor, number).key)


def _state(state: str, book: Handbook, reason: str) -> tuple[str, str]:
    """The state in words, and its tone. A request that waits for somebody else than her tells for what."""
    if state == "waiting":
        rule = book.pause_reasons.get(reason)
        if rule is None:
            state = "open"
        elif not rule.resumes_on_reply:
            return rule.title.in_(_language()), "active"
    words, tone = _STATES[state]
    return str(words), tone


def _kind(book: Handbook, code: str) -> str:
    kind = book.kinds.get(code)
    return kind.title.in_(_language()) if kind else code


def _promise(promise: PromiseView) -> PromiseMark:
    language = _language()
    return PromiseMark(
        title=promise.rule.title.in_(language) if promise.rule else promise.code,
        state=_PROMISES.get(promise.state, "void"),
        started_at=promise.started_at,
        due_at=promise.due_at,
        settled_at=promise.settled_at,
        rule_text=promise.rule.text.in_(language) if promise.rule else "",
    )


def _step_state(step: StepView) -> Literal["done", "now", "next", "skipped"]:
    if step.skipped:
        return "skipped"
    return "done" if step.done_at else "now" if step.running else "next"


def _step(step: StepView, book: Handbook, at: datetime) -> StepMark:
    """A step as the customer sees it: she need not know that a step of ours took long."""
    language = _language()
    role = book.roles.get(step.step.role)
    return StepMark(
        title=step.step.title.in_(language),
        state=_step_state(step),
        role=role.title.in_(language) if role else "",
        done_at=step.done_at,
        due_at=step.due_at if step.due_at and step.due_at > at else None,
    )


def _words(view: CustomerCaseView, visitor: Visitor) -> tuple[Word, ...]:
    """The conversation as text; the names of files, never their place."""
    return tuple(
        Word(
            hers=message.author == "customer",
            who=visitor.name
            if message.author == "customer"
            else message.staff.name
            if message.staff
            else "",
            at=message.at,
            text=message.text,
            files=tuple(
                FileLine(key=file.key, name=file.name, size=file.size)
                for file in message.attachments.all()
            ),
        )
        for message in view.messages
    )


def _language() -> str:
    return get_language() or ""
