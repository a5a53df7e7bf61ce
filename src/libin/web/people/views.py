"""The list of staff, one person, the invitation, and the roles with their duties."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from libin.handbook.queries import in_force, is_any_in_force
from libin.kernel import access as kernel_access
from libin.kernel import clock
from libin.kernel.errors import Refusal
from libin.people import access, actions, queries
from libin.people.actions import NewColleague
from libin.people.queries import StaffCard, StaffLine
from libin.people.rules import Permission
from libin.web.people import forms
from libin.web.presence import policy_at
from libin.web.shell.asking import actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """The list of staff."""

    people: tuple[StaffLine, ...]
    words: str
    standing: str
    standings: tuple[tuple[str, str], ...]
    may_invite: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitePage:
    """The form for a new colleague."""

    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """One person with the forms a viewer may use; a form she may not use is None."""

    card: StaffCard
    level: str
    details: Form | None
    roles: Form | None
    teams: Form | None
    skills: Form | None
    certificate: Form | None
    may_invite_again: bool
    may_deactivate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One role as the handbook in force describes it."""

    code: str
    title: str
    text: str
    duties: tuple[str, ...]
    permissions: tuple[str, ...]
    people: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutiesPage:
    """All roles and their duties; `number` is the handbook's version."""

    roles: tuple[Duty, ...]
    number: int | None


def language_now() -> str:
    """The language of the page."""
    return get_language() or settings.LANGUAGE_CODE


def levels_at(at: datetime) -> list[tuple[str, str]]:
    """Levels of the handbook in force, lowest first, as choices."""
    if not is_any_in_force(at):
        return []
    levels = sorted(in_force(at).levels.values(), key=lambda level: level.rank)
    return [(level.code, level.title.in_(language_now())) for level in levels]


@require_GET
@login_required
def staff_list(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, was invited or has left."""
    viewer, at = actor(request), clock.now()
    kernel_access.require(access.may(viewer, Permission.VIEW))
    standing = request.GET.get("standing", "active")
    words = request.GET.get("q", "")[:100]
    page = ListPage(
        people=queries.staff_lines(
            viewer,
            words=words,
            standing=standing,
            language=language_now(),
            at=at,
            policy=policy_at(at),
        ),
        words=words,
        standing=standing,
        standings=(
            ("active", _("Active")),
            ("invited", _("Invited")),
            ("left", _("Deactivated")),
            ("all", _("All")),
        ),
        may_invite=bool(access.may(viewer, Permission.INVITE)),
    )
    return render(request, "people/list.html", {"page": page})


def invitation_link() -> str:
    """The mailed link, with a place for the token."""
    path = reverse("account_invitation", args=["TOKEN"]).lstrip("/")
    return urljoin(settings.LIBIN_URL + "/", path).replace("TOKEN", "{token}")


@require_http_methods(["GET", "POST"])
@login_required
def invite(request: HttpRequest) -> HttpResponse:
    """Invite a new colleague."""
    viewer, at = actor(request), clock.now()
    kernel_access.require(access.may(viewer, Permission.INVITE))
    form = forms.InviteForm(
        request.POST or None,
        roles=queries.roles_in_force(language_now()),
        teams=queries.teams_in_force(language_now()),
        levels=levels_at(at),
        languages=settings.LANGUAGES,
        initial={"language": language_now()},
    )
    if form.is_valid():
        try:
            invited = actions.invite_staff(
                colleague=NewColleague(**form.cleaned_data, time_zone=settings.TIME_ZONE),
                link=invitation_link(),
                valid_for=timedelta(hours=settings.LIBIN_INVITATION_HOURS),
                by=viewer,
                at=at,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("people:person", invited.pk)
    status = 422 if form.errors else 200
    return render(request, "people/invite.html", {"page": InvitePage(form=form)}, status=status)


@require_GET
@login_required
def person(request: HttpRequest, staff_id: int) -> HttpResponse:
    """One person."""
    return show_person(request, staff_id)


def show_person(
    request: HttpRequest, staff_id: int, *, tried: dict[str, Form] | None = None
) -> HttpResponse:
    """The page of a person; forms in `tried` stand in for fresh ones, with their errors."""
    viewer, at, tried = actor(request), clock.now(), tried or {}
    card = queries.staff_card(
        viewer, staff_id, language=language_now(), at=at, policy=policy_at(at)
    )
    levels = levels_at(at)
    edits = bool(access.may_edit(viewer, powers=card.powers)) and card.standing != "left"
    grants = bool(access.may_grant(viewer, staff_id=staff_id, changed=()))
    teams = queries.teams_in_force(language_now())
    codes = [team.code for team in card.teams]
    fresh: dict[str, Form] = {
        "details": forms.DetailsForm(levels=levels, initial=forms.details_of(card)),
        "roles": forms.RolesForm(
            roles=queries.roles_in_force(language_now()),
            initial={"roles": [role.code for role in card.roles]},
        ),
        "teams": forms.TeamsForm(
            teams=teams, initial={"teams": codes, "leads": sorted(card.leads)}
        ),
        "skills": forms.SkillsForm(initial=forms.skills_of(card)),
        "certificate": forms.CertificateForm(),
    }
    shown = fresh | tried
    page = PersonPage(
        card=card,
        level=dict(levels).get(card.level, card.level),
        details=shown["details"] if edits else None,
        roles=shown["roles"] if grants and card.standing != "left" else None,
        teams=shown["teams"] if edits else None,
        skills=shown["skills"] if edits else None,
        certificate=shown["certificate"] if edits else None,
        may_invite_again=card.standing == "invited" and bool(access.may(viewer, Permission.INVITE)),
        may_deactivate=bool(access.may_deactivate(viewer, staff_id=staff_id, powers=card.powers)),
    )
    return render(request, "people/person.html", {"page": page}, status=422 if tried else 200)


@require_GET
@login_required
def duties(request: HttpRequest) -> HttpResponse:
    """Roles and duties, read from the handbook in force."""
    viewer, at, language = actor(request), clock.now(), language_now()
    handbook = in_force(at) if is_any_in_force(at) else None
    held = queries.people_by_role(viewer)
    page = DutiesPage(
        number=handbook.number if handbook else None,
        roles=tuple(
            Duty(
                code=role.code,
                title=role.title.in_(language),
                text=role.text.in_(language),
                duties=tuple(duty.in_(language) for duty in role.duties),
                permissions=tuple(sorted(role.permissions)),
                people=held.get(role.code, ()),
            )
            for role in (handbook.roles.values() if handbook else ())
        ),
    )
    return render(request, "people/duties.html", {"page": page})
