"""Drafts: one file at a time as source, its mistakes beside it, then publication for an instant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from libin.handbook import access, actions, queries
from libin.handbook.comparing import Change, compare
from libin.handbook.rules import Handbook
from libin.handbook.source import HandbookProblems, Problem, load
from libin.kernel import clock
from libin.kernel.access import Actor, require
from libin.kernel.errors import NotFound, Refusal
from libin.web.shell.asking import staff_only


class SourceForm(forms.Form):
    """One file's source."""

    text = forms.CharField(
        label=gettext_lazy("Text of the file"),
        required=False,
        strip=False,
        max_length=512 * 1024,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "textarea"}),
    )


class PublishForm(forms.Form):
    """When the version takes effect."""

    effective_at = forms.DateTimeField(
        label=gettext_lazy("In force from"),
        required=False,
        help_text=gettext_lazy("Left empty, it takes effect now."),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "input"}),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One file of a draft and how many mistakes it holds."""

    path: str
    url: str
    mistakes: int
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPage:
    """A draft: its files, what is wrong with it, what it would change."""

    id: int
    title: str
    base: int | None
    files: tuple[FileLine, ...]
    problems: tuple[Problem, ...]
    changes: tuple[Change, ...]
    form: PublishForm


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePage:
    """One file of a draft in the editor."""

    id: int
    path: str
    form: SourceForm
    problems: tuple[Problem, ...]
    elsewhere: int


def judged(files: Mapping[str, str]) -> tuple[Handbook | None, tuple[Problem, ...]]:
    """The compiled draft, or what is wrong with it."""
    try:
        return load(files, names=queries.registered_names()).handbook, ()
    except HandbookProblems as found:
        return None, found.problems


def file_url(version_id: int, path: str) -> str:
    """The editor of one file."""
    return f"{reverse('handbook:file', args=[version_id])}?{urlencode({'path': path})}"


@require_POST
@staff_only
def begin(request: HttpRequest, viewer: Actor, version_id: int) -> HttpResponse:
    """Begin a draft from a version."""
    row = actions.begin_draft(version_id=version_id, by=viewer, at=clock.now())
    return redirect("handbook:draft", row.pk)


@require_GET
@staff_only
def draft(request: HttpRequest, viewer: Actor, version_id: int) -> HttpResponse:
    """The draft as it stands."""
    return show(request, viewer, version_id, PublishForm())


def show(request: HttpRequest, viewer: Actor, version_id: int, form: PublishForm) -> HttpResponse:
    """The page of a draft, with a form that may hold errors."""
    require(access.may_publish(viewer))
    row = queries.version_row(viewer, version_id)
    if row.number is not None:
        return redirect("handbook:version", row.pk)
    base = queries.version_row(viewer, row.based_on_id) if row.based_on_id else None
    handbook, problems = judged(row.files)
    known = base.files if base else {}
    page = DraftPage(
        id=row.pk,
        title=row.title_en if getattr(request, "LANGUAGE_CODE", "") == "en" else row.title_zh,
        base=base.number if base else None,
        files=tuple(
            FileLine(
                path=path,
                url=file_url(row.pk, path),
                mistakes=sum(problem.file == path for problem in problems),
                changed=known.get(path) != text,
            )
            for path, text in sorted(row.files.items())
        ),
        problems=problems,
        changes=compare(queries.version(base.pk), handbook) if handbook and base else (),
        form=form,
    )
    return render(
        request, "handbook/draft.html", {"page": page}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
@staff_only
def file(request: HttpRequest, viewer: Actor, version_id: int) -> HttpResponse:
    """Edit one file; it is kept right or wrong, and what is wrong is told beside it."""
    require(access.may_publish(viewer))
    path = request.GET.get("path", "")
    row = queries.version_row(viewer, version_id)
    if row.number is not None or path not in row.files:
        raise NotFound
    form = SourceForm(request.POST or None, initial={"text": row.files[path]})
    if request.method == "POST" and form.is_valid():
        row = actions.write_file(
            version_id=version_id,
            path=path,
            text=form.cleaned_data["text"],
            by=viewer,
            at=clock.now(),
        )
    _handbook, problems = judged(row.files)
    here = tuple(problem for problem in problems if problem.file == path)
    if request.method == "POST" and form.is_valid() and not here:
        messages.success(request, _("Saved; nothing is wrong with this file."))
        return redirect("handbook:draft", version_id)
    page = FilePage(
        id=version_id,
        path=path,
        form=form,
        problems=here,
        elsewhere=len(problems) - len(here),
    )
    status = 422 if request.method == "POST" else 200
    return render(request, "handbook/file.html", {"page": page}, status=status)


@require_POST
@staff_only
def publish(request: HttpRequest, viewer: Actor, version_id: int) -> HttpResponse:
    """Publish the draft for now or a later instant."""
    form = PublishForm(request.POST)
    if form.is_valid():
        at = clock.now()
        try:
            row = actions.publish_draft(
                version_id=version_id,
                effective_at=in_zone(form.cleaned_data["effective_at"], at) or at,
                by=viewer,
                at=at,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Version %(number)d is published.") % {"number": row.number}
            )
            return redirect("handbook:version", row.pk)
    return show(request, viewer, version_id, form)


def in_zone(wished: datetime | None, at: datetime) -> datetime | None:
    """The instant meant by what was typed, in the zone of the handbook in force."""
    if wished is None or not queries.is_any_in_force(at):
        return wished
    return wished.replace(tzinfo=ZoneInfo(queries.in_force(at).zone))


@require_POST
@staff_only
def discard(request: HttpRequest, viewer: Actor, version_id: int) -> HttpResponse:
    """Throw the draft away."""
    actions.discard_draft(version_id=version_id, by=viewer, at=clock.now())
    messages.success(request, _("The draft is thrown away."))
    return redirect("handbook:versions")
