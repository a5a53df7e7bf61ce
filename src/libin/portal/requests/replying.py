"""A customer's further word in her own request, once however often it is posted."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from libin.customers import actions as customers
from libin.customers.queries import Visitor
from libin.desk.actions.opening import Incoming, open_case, receive_message
from libin.desk.queries import CustomerCaseView
from libin.handbook import queries as handbook
from libin.portal.shell.uploads import kept

REOPEN = "reopen"


@transaction.atomic
def say(
    visitor: Visitor,
    *,
    view: CustomerCaseView,
    key: str,
    text: str,
    files: Sequence["UploadedFile[Any]"],
    channel: str,
    language: str,
    at: datetime,
) -> int:
    """Add the word; the number of the request it belongs to.

    A request that was solved or closed begins again by it; one that was closed longer ago than the handbook
    reopens stays closed, and a new one begins.
    """
    known = customers.claim_form(key=key, by=visitor.actor, at=at)
    if known is not None:
        return known
    said = Incoming(text=text, channel=channel, language=language, files=kept(files, at=at))
    if is_over(view, at):
        case_id = _begin_anew(visitor, view, said, at=at)
    else:
        case_id = view.case.pk
        receive_message(case_id=case_id, incoming=said, by=visitor.actor, at=at)
    customers.settle_form(key=key, case_id=case_id, by=visitor.actor, at=at)
    return case_id


def is_over(view: CustomerCaseView, at: datetime) -> bool:
    """Whether the request was closed longer ago than the handbook reopens one."""
    closed_at = view.case.closed_at
    if closed_at is None or REOPEN not in view.handbook.limits:
        return False
    return at > closed_at + timedelta(days=view.handbook.limit(REOPEN))


def _begin_anew(visitor: Visitor, view: CustomerCaseView, said: Incoming, *, at: datetime) -> int:
    case = view.case
    book = handbook.in_force(at)
    kind = book.kinds.get(case.kind) or book.default_kind
    new = open_case(
        customer_id=visitor.customer_id,
        kind=kind.code,
        severity=book.severity_by_words(said.text, kind=kind.code).code,
        subject=case.subject,
        opening=said,
        by=visitor.actor,
        at=at,
    )
    return int(new.pk)
