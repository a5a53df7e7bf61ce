"""A posted form becomes one case, however often it is posted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from libin.customers import actions as customers
from libin.customers.queries import Visitor
from libin.desk.actions.opening import Incoming, open_case
from libin.kernel.access import Actor, automation
from libin.portal.shell.uploads import kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What somebody wrote into the form, and how pressing the handbook finds it."""

    key: str
    name: str
    email: str
    kind: str
    severity: str
    subject: str
    message: str
    language: str
    files: Sequence["UploadedFile[Any]"] = ()


@transaction.atomic
def post(written: Written, visitor: Visitor | None, *, channel: str, at: datetime) -> int:
    """The number of the case this form leads to: a new one, or the one it led to before."""
    by: Actor = visitor.actor if visitor else automation("portal.form")
    known = customers.claim_form(key=written.key, by=by, at=at)
    if known is not None:
        return known
    customer_id = visitor.customer_id if visitor else _recognised(written, channel, by=by, at=at)
    case = open_case(
        customer_id=customer_id,
        kind=written.kind,
        severity=written.severity,
        subject=written.subject,
        opening=Incoming(
            text=written.message,
            channel=channel,
            language=written.language,
            files=kept(written.files, at=at),
        ),
        by=by,
        at=at,
    )
    customers.settle_form(key=written.key, case_id=case.pk, by=by, at=at)
    return int(case.pk)


def _recognised(written: Written, channel: str, *, by: Actor, at: datetime) -> int:
    found = customers.recognise(
        email=written.email, name=written.name, channel=channel, by=by, at=at
    )
    return int(found.pk)
