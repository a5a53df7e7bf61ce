"""Writing: replies, notes, drafts, taking back; and the files that came."""

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from libin.desk.actions.conversation import add_note, reply, save_draft, take_back_reply
from libin.desk.queries.cases import case_seen_by
from libin.desk.queries.page import attachment_seen_by, case_view
from libin.kernel import clock, files
from libin.kernel.access import Actor
from libin.kernel.errors import NotFound, Refusal
from libin.web.desk.door import desk_only
from libin.web.desk.lines import case_url

MOST_TEXT = 100_000
SHOWN_AS_THEY_ARE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@require_POST
@desk_only
def write(request: HttpRequest, viewer: Actor, case_id: int) -> HttpResponse:
    """Send a reply or keep a note; a refused text stays as the draft."""
    at = clock.now()
    case_seen_by(viewer, case_id)
    text = request.POST.get("text", "")[:MOST_TEXT].replace("\r\n", "\n")
    is_note = request.POST.get("mode") == "note"
    try:
        if is_note:
            add_note(case_id=case_id, text=text, by=viewer, at=at)
        else:
            reply(
                case_id=case_id,
                text=text,
                template=request.POST.get("template", "")[:60],
                by=viewer,
                at=at,
            )
    except Refusal as refusal:
        save_draft(case_id=case_id, text=text, internal=is_note, by=viewer, at=at)
        messages.error(request, str(refusal))
        return redirect(_case(request, case_id))
    onward = request.POST.get("next", "") if "and_next" in request.POST else ""
    if onward and url_has_allowed_host_and_scheme(onward, allowed_hosts=None):
        messages.success(request, gettext("Sent. On to the next case."))
        return redirect(onward)
    return redirect(_case(request, case_id))


@require_POST
@desk_only
def draft(request: HttpRequest, viewer: Actor, case_id: int) -> HttpResponse:
    """Keep what is being written."""
    case_seen_by(viewer, case_id)
    text = request.POST.get("text", "")[:MOST_TEXT]
    save_draft(
        case_id=case_id,
        text=text,
        internal=request.POST.get("mode") == "note",
        by=viewer,
        at=clock.now(),
    )
    return HttpResponse(status=204)


@require_POST
@desk_only
def undo(request: HttpRequest, viewer: Actor, case_id: int, message_id: int) -> HttpResponse:
    """Take a reply back before it leaves; its words are the draft again."""
    at = clock.now()
    written = case_view(viewer, case_id, at=at).messages
    if message_id not in {m.pk for m in written if m.staff_id and not m.internal}:
        raise NotFound
    try:
        take_back_reply(message_id=message_id, by=viewer, at=at)
        messages.success(request, gettext("Taken back. Your words are in the composer again."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(_case(request, case_id))


@require_GET
@desk_only
def attachment(request: HttpRequest, viewer: Actor, key: str) -> HttpResponse:
    """A file of a visible case: images as they are, everything else only to be saved."""
    found = attachment_seen_by(viewer, key)
    as_it_is = found.media_type in SHOWN_AS_THEY_ARE and "save" not in request.GET
    response = HttpResponse(
        files.read(found.file),
        content_type=found.media_type if as_it_is else "application/octet-stream",
    )
    place = "inline" if as_it_is else "attachment"
    response["Content-Disposition"] = f"{place}; filename*=UTF-8''{quote(found.name)}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _case(request: HttpRequest, case_id: int) -> str:
    return case_url(case_id, request.GET.urlencode())
