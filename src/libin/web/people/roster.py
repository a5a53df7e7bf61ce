"""Who works when: one day of shifts and leave."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from libin.kernel import access as kernel_access
from libin.kernel import clock
from libin.kernel.errors import Refusal
from libin.people import access, actions, queries
from libin.people.queries import RosterLine
from libin.people.rules import Permission
from libin.web.people.forms import SHIFT, SpanForm
from libin.web.presence import policy_at
from libin.web.shell.asking import actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPage:
    """One day, on the reader's clock; `form` is None for those who may not plan."""

    day: date
    before: date
    after: date
    lines: tuple[RosterLine, ...]
    form: Form | None


@require_http_methods(["GET", "POST"])
@login_required
def roster(request: HttpRequest) -> HttpResponse:
    """The roster of a day; planning adds to it."""
    viewer, at = actor(request), clock.now()
    kernel_access.require(access.may(viewer, Permission.VIEW))
    day = _day(request.GET.get("day", ""), at)
    starts_at = datetime.combine(day, time(), timezone.get_current_timezone())
    lines = queries.roster(
        viewer,
        starts_at=starts_at,
        ends_at=datetime.combine(day + timedelta(days=1), time(), starts_at.tzinfo),
        at=at,
        policy=policy_at(at),
    )
    form = SpanForm(
        request.POST or None,
        people=[(line.id, line.name) for line in lines],
        initial={
            "starts_at": starts_at + timedelta(hours=9),
            "ends_at": starts_at + timedelta(hours=18),
        },
    )
    if form.is_valid() and _planned(request, form, at):
        messages.success(request, _("Planned."))
        return redirect(f"{request.path}?day={day.isoformat()}")
    page = RosterPage(
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        lines=lines,
        form=form if access.may_plan(viewer) else None,
    )
    return render(request, "people/roster.html", {"page": page}, status=422 if form.errors else 200)


def _day(said: str, at: datetime) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return at.astimezone(timezone.get_current_timezone()).date()


def _planned(request: HttpRequest, form: SpanForm, at: datetime) -> bool:
    by, staff_id, kind = actor(request), form.cleaned_data["staff"], form.cleaned_data["kind"]
    starts_at, ends_at = form.span
    try:
        if kind != SHIFT:
            actions.plan_leave(
                staff_id=staff_id, starts_at=starts_at, ends_at=ends_at, kind=kind, by=by, at=at
            )
        else:
            actions.plan_shift(
                staff_id=staff_id, starts_at=starts_at, ends_at=ends_at, by=by, at=at
            )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_POST
@login_required
def cancel_shift(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Take a shift off."""
    actions.cancel_shift(shift_id=shift_id, by=actor(request), at=clock.now())
    return redirect("people:roster")


@require_POST
@login_required
def cancel_leave(request: HttpRequest, leave_id: int) -> HttpResponse:
    """Take a leave off."""
    actions.cancel_leave(leave_id=leave_id, by=actor(request), at=clock.now())
    return redirect("people:roster")
