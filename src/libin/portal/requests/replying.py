"""A customer's further word in her own request, once however often it is posted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from libin.customers import actions as customers
from libin.customers.queries import Visitor
from libin.desk.actions.opening import Incoming, receive_message
from libin.portal.shell.uploads import kept


@transaction.atomic
def say(
    visitor: Visitor,
    *,
    case_id: int,
    key: str,
    text: str,
    files: Sequence["UploadedFile[Any]"],
    channel: str,
    language: str,
    at: datetime,
) -> None:
    """Add the word; a request that was solved or closed begins again by it."""
    known = customers.claim_form(key=key, by=visitor.actor, at=at)
    if known is not None:
        return
    receive_message(
        case_id=case_id,
        incoming=Incoming(
            text=text,
            channel=channel,
            language=language,
            files=kept(files, at=at),
            verified=True,
        ),
        by=visitor.actor,
        at=at,
    )
    customers.settle_form(key=key, case_id=case_id, by=visitor.actor, at=at)
