"""What can be done to one person; each form of her page has its own address."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from libin.desk.queries.lists import CaseRow, Wanted, cases
from libin.kernel import access as kernel_access
from libin.kernel import clock
from libin.kernel.access import Actor
from libin.people import access, actions, queries
from libin.people.actions import StaffDetails
from libin.people.queries import StaffCard
from libin.web.people import forms
from libin.web.people.views import invitation_link, language_now, levels_at, show_person
from libin.web.presence import policy_at
from libin.web.shell.asking import actor


@dataclass(frozen=True, slots=True, kw_only=True)
class DeactivatePage:
    """What deactivating somebody means: the open cases that will find new owners."""

    card: StaffCard
    cases: tuple[CaseRow, ...]
    more: bool


def _saved(
    request: HttpRequest, staff_id: int, name: str, form: Form, act: Callable[[datetime], object]
) -> HttpResponse:
    if not form.is_valid():
        return show_person(request, staff_id, tried={name: form})
    act(clock.now())
    messages.success(request, _("Saved."))
    return redirect("people:person", staff_id)


@require_POST
@login_required
def details(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Name, level, capacity, languages."""
    form = forms.DetailsForm(request.POST, levels=levels_at(clock.now()))
    by = actor(request)
    return _saved(
        request,
        staff_id,
        "details",
        form,
        lambda at: actions.change_staff(
            staff_id=staff_id, details=StaffDetails(**form.cleaned_data), by=by, at=at
        ),
    )


@require_POST
@login_required
def roles(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Roles."""
    form = forms.RolesForm(request.POST, roles=queries.roles_in_force(language_now()))
    by = actor(request)
    return _saved(
        request,
        staff_id,
        "roles",
        form,
        lambda at: actions.grant_roles(
            staff_id=staff_id, roles=form.cleaned_data["roles"], by=by, at=at
        ),
    )


@require_POST
@login_required
def teams(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Teams, and which of them she leads."""
    form = forms.TeamsForm(request.POST, teams=queries.teams_in_force(language_now()))
    by = actor(request)
    return _saved(
        request,
        staff_id,
        "teams",
        form,
        lambda at: actions.place_in_teams(staff_id=staff_id, **form.cleaned_data, by=by, at=at),
    )


@require_POST
@login_required
def skills(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Skills."""
    form = forms.SkillsForm(request.POST)
    by = actor(request)
    return _saved(
        request,
        staff_id,
        "skills",
        form,
        lambda at: actions.set_skills(
            staff_id=staff_id, skills=form.cleaned_data["skills"], by=by, at=at
        ),
    )


@require_POST
@login_required
def certificate(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Note a certificate."""
    form = forms.CertificateForm(request.POST)
    by = actor(request)
    return _saved(
        request,
        staff_id,
        "certificate",
        form,
        lambda at: actions.note_certificate(staff_id=staff_id, **form.cleaned_data, by=by, at=at),
    )


@require_POST
@login_required
def remove_certificate(request: HttpRequest, staff_id: int, certificate_id: int) -> HttpResponse:
    """Take a certificate off."""
    actions.remove_certificate(
        staff_id=staff_id, certificate_id=certificate_id, by=actor(request), at=clock.now()
    )
    return redirect("people:person", staff_id)


@require_POST
@login_required
def invite_again(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Send a fresh invitation."""
    actions.invite_again(
        staff_id=staff_id,
        link=invitation_link(),
        valid_for=timedelta(hours=settings.LIBIN_INVITATION_HOURS),
        by=actor(request),
        at=clock.now(),
    )
    messages.success(request, _("The invitation is on its way."))
    return redirect("people:person", staff_id)


@require_http_methods(["GET", "POST"])
@login_required
def deactivate(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Ask once, showing the open work that will be reassigned; then deactivate."""
    viewer, at = actor(request), clock.now()
    card = _card(viewer, staff_id, at)
    kernel_access.require(access.may_deactivate(viewer, staff_id=staff_id, powers=card.powers))
    if request.method == "POST":
        actions.deactivate_staff(staff_id=staff_id, by=viewer, at=at)
        messages.success(request, _("Deactivated; open work is being reassigned."))
        return redirect("people:person", staff_id)
    work = cases(viewer, Wanted(view="open", owner_id=staff_id), at=at)
    page = DeactivatePage(card=card, cases=work.rows, more=work.more)
    return render(request, "people/deactivate.html", {"page": page})


@require_POST
@login_required
def reactivate(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Let somebody back in."""
    actions.reactivate_staff(staff_id=staff_id, by=actor(request), at=clock.now())
    messages.success(request, _("Active again."))
    return redirect("people:person", staff_id)


def _card(viewer: Actor, staff_id: int, at: datetime) -> StaffCard:
    return queries.staff_card(
        viewer, staff_id, language=language_now(), at=at, policy=policy_at(at)
    )
