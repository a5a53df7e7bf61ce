"""What was said in one case, made ready for the screen."""

from datetime import datetime
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext

from libin.desk.queries.page import CaseView
from libin.kernel.access import Actor
from libin.web.desk.lines import with_query
from libin.web.desk.pages import FileShown, MessageShown

RICH = ("<img", "<table", "<ul", "<ol")
# The document of a mail's frame. It stands in an escaped attribute, in a sandbox without scripts; the
# page's content policy forbids whatever would be fetched from elsewhere.
FRAME = (
    '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
    '<link rel="stylesheet" href="{style}">{html}'
)


def message_shown(
    message: Any, view: CaseView, viewer: Actor, at: datetime, query: str
) -> MessageShown:
    case = view.case
    from_customer = message.author == "customer"
    side = (
        "note"
        if message.internal
        else "customer"
        if from_customer
        else "us"
        if message.staff_id
        else "automatic"
    )
    leaving = (
        message.send_after is not None
        and message.left_at is None
        and message.taken_back_at is None
        and message.send_after > at
    )
    return MessageShown(
        id=message.pk,
        side=side,
        author=message.staff.name
        if message.staff
        else case.customer.name
        if from_customer
        else gettext("Automatic"),
        at=message.at,
        text=message.text,
        folded=message.folded,
        frame=_frame(message.html),
        unverified=message.sender_note or gettext("We do not know who wrote this.")
        if not message.verified
        else "",
        files=tuple(_file(file) for file in message.attachments.all()),
        leaves_at=message.send_after if leaving else None,
        undo_url=with_query(reverse("desk:undo", args=[case.pk, message.pk]), query)
        if leaving and message.staff_id == viewer.staff_id
        else "",
        taken_back=message.taken_back_at is not None,
    )


def _frame(html: str) -> str:
    """The whole document of a mail's frame, for mails whose look says something; else nothing."""
    if not any(mark in html for mark in RICH):
        return ""
    return FRAME.format(style=static("ui/mail.css"), html=html)


def _file(file: Any) -> FileShown:
    return FileShown(
        name=file.name,
        size=file.size,
        url=reverse("desk:attachment", args=[file.key]),
        is_image=file.media_type.startswith("image/") and "svg" not in file.media_type,
    )
