"""Screens about mail: load through queries, one action, render."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from libin.channels import access
from libin.channels.actions import mailboxes as mailbox_actions
from libin.channels.actions import settling
from libin.channels.actions import undelivered as undelivered_actions
from libin.channels.fetching import try_settings
from libin.channels.queries import screens
from libin.channels.queries.words import problem_words
from libin.kernel import clock
from libin.kernel.access import Actor, require
from libin.kernel.errors import NotFound, NotPermitted, Refusal
from libin.web.channels import pages
from libin.web.channels.forms import MailboxForm
from libin.web.shell.asking import staff_only

SHELVES = {shelf.value for shelf in screens.SHELVES}
MOST_PAGES = 2000


@require_GET
@staff_only
def mailboxes(request: HttpRequest, viewer: Actor) -> HttpResponse:
    """All mailboxes and how they are."""
    page = pages.MailboxesPage(
        tabs=pages.tabs(viewer, "mailboxes"), lines=screens.mailboxes(viewer)
    )
    return render(request, "channels/mailboxes.html", {"page": page})


@require_http_methods(["GET", "POST"])
@staff_only
def add(request: HttpRequest, viewer: Actor) -> HttpResponse:
    """Set up a mailbox."""
    require(access.may_manage(viewer))
    start = {"port": 993, "folder": "INBOX", "tagged_replies": True, "active": True}
    return _mailbox(request, viewer, None, start)


@require_http_methods(["GET", "POST"])
@staff_only
def edit(request: HttpRequest, viewer: Actor, mailbox_id: int) -> HttpResponse:
    """Change a mailbox."""
    return _mailbox(request, viewer, mailbox_id, screens.mailbox_values(viewer, mailbox_id))


def _mailbox(
    request: HttpRequest, viewer: Actor, mailbox_id: int | None, start: dict[str, object]
) -> HttpResponse:
    form = MailboxForm(request.POST or None, initial=start)
    tried, works = "", False
    if form.is_valid():
        said = mailbox_actions.MailboxSettings(**form.cleaned_data)
        if "test" in request.POST:
            code = try_settings(said, mailbox_id=mailbox_id, by=viewer)
            works = not code
            tried = problem_words(code) or _("The connection works.")
        else:
            try:
                mailbox_actions.save_mailbox(
                    settings=said, mailbox_id=mailbox_id, by=viewer, at=clock.now()
                )
            except (NotFound, NotPermitted):
                raise
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Saved."))
                return redirect("channels:mailboxes")
    page = pages.MailboxPage(
        title=str(start.get("name") or _("New mailbox")),
        form=form,
        is_new=mailbox_id is None,
        tried=tried,
        works=works,
    )
    return render(
        request, "channels/mailbox.html", {"page": page}, status=422 if form.errors else 200
    )


@require_GET
@staff_only
def shelf(request: HttpRequest, viewer: Actor, shelf: str) -> HttpResponse:
    """Mail in quarantine, automatic mail, mail being read."""
    if shelf not in SHELVES:
        raise Http404
    asked = request.GET.get("page", "1")
    number = min(max(int(asked), 1), MOST_PAGES) if asked.isdecimal() and len(asked) < 6 else 1
    return render(request, "channels/shelf.html", {"page": pages.shelf_page(viewer, shelf, number)})


@require_POST
@staff_only
def raw(request: HttpRequest, viewer: Actor, inbound_id: int) -> HttpResponse:
    """The original bytes of a mail, to keep and never to show; taking them is noted."""
    data = settling.disclose_raw(inbound_id=inbound_id, by=viewer, at=clock.now())
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="mail-{inbound_id}.eml"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@staff_only
def release(request: HttpRequest, viewer: Actor, inbound_id: int) -> HttpResponse:
    """Have a mail read and placed once more."""
    return _done(
        request,
        lambda: settling.release(inbound_id=inbound_id, by=viewer, at=clock.now()),
        _("The mail is being read once more."),
        "channels:mailboxes",
    )


@require_GET
@staff_only
def undelivered(request: HttpRequest, viewer: Actor) -> HttpResponse:
    """Our own mail that did not arrive."""
    page = pages.UndeliveredPage(
        tabs=pages.tabs(viewer, "undelivered"), lines=screens.failed_mail(viewer)
    )
    return render(request, "channels/undelivered.html", {"page": page})


@require_POST
@staff_only
def send_again(request: HttpRequest, viewer: Actor, mail_id: int) -> HttpResponse:
    """Try a refused mail once more."""
    return _done(
        request,
        lambda: undelivered_actions.send_again(mail_id=mail_id, by=viewer, at=clock.now()),
        _("The mail is being sent once more."),
        "channels:undelivered",
    )


@require_POST
@staff_only
def seen(request: HttpRequest, viewer: Actor, undelivered_id: int) -> HttpResponse:
    """Somebody has seen to it."""
    return _done(
        request,
        lambda: undelivered_actions.note_seen(
            undelivered_id=undelivered_id, by=viewer, at=clock.now()
        ),
        _("Noted."),
        "channels:undelivered",
    )


@require_GET
@staff_only
def jobs(request: HttpRequest, viewer: Actor) -> HttpResponse:
    """Work that failed."""
    page = pages.JobsPage(tabs=pages.tabs(viewer, "jobs"), lines=screens.failed_jobs(viewer))
    return render(request, "channels/jobs.html", {"page": page})


@require_POST
@staff_only
def run_again(request: HttpRequest, viewer: Actor, job_id: int) -> HttpResponse:
    """Try work that was given up once more."""
    return _done(
        request,
        lambda: undelivered_actions.run_again(job_id=job_id, by=viewer, at=clock.now()),
        _("It is being tried once more."),
        "channels:jobs",
    )


def _done(request: HttpRequest, act: Callable[[], None], words: str, back: str) -> HttpResponse:
    """Do one act and go back to the list; what is refused is said there."""
    try:
        act()
    except (NotFound, NotPermitted):
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect(back)
