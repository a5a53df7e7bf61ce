"""Screens about customers: load through queries, one action, render."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from libin.customers import access, actions, queries
from libin.handbook import queries as handbook
from libin.kernel import clock
from libin.kernel.access import Actor, require
from libin.kernel.errors import NotFound, NotPermitted, Refusal
from libin.web.customers.forms import AddForm, ContactForm, ManagerForm, ProfileForm, TierForm
from libin.web.customers.pages import FormPage, colleagues, list_page, screen, tiers_of
from libin.web.shell.asking import staff_only

MOST_PAGES = 2000


@require_http_methods(["GET", "POST"])
@staff_only
def customer_list(request: HttpRequest, viewer: Actor) -> HttpResponse:
    """Customers by name; what is looked for travels in the body, never in the address."""
    asked = request.POST if request.method == "POST" else request.GET
    number = asked.get("page", "1")
    page = list_page(
        viewer,
        words=request.POST.get("words", "")[:200],
        tier=asked.get("tier", "")[:40],
        mine=asked.get("mine") == "1",
        number=min(max(int(number), 1), MOST_PAGES)
        if number.isdecimal() and len(number) < 6
        else 1,
        at=clock.now(),
    )
    return render(request, "customers/list.html", {"page": page})


@require_GET
@staff_only
def show(request: HttpRequest, viewer: Actor, customer_id: int) -> HttpResponse:
    """Everything about one customer."""
    page = screen(viewer, customer_id, at=clock.now())
    return render(request, "customers/page.html", {"page": page})


@require_http_methods(["GET", "POST"])
@staff_only
def add(request: HttpRequest, viewer: Actor) -> HttpResponse:
    """Add a customer by hand."""
    require(access.may_add(viewer))
    at = clock.now()
    book = handbook.in_force(at)
    given = {"tier": book.default_tier, "kind": "person"}
    form = AddForm(request.POST or None, tiers=tiers_of(book), initial=given)
    made: list[int] = []

    def do() -> None:
        said = actions.NewCustomer(**form.cleaned_data)
        made.append(actions.add_customer(said=said, by=viewer, at=at).pk)

    if _done(request, form, do):
        return redirect("customers:page", customer_id=made[0])
    return _form(request, FormPage(title=_("New customer"), form=form, panel=None))


@require_http_methods(["GET", "POST"])
@staff_only
def profile(request: HttpRequest, viewer: Actor, customer_id: int) -> HttpResponse:
    """Change what is known of a customer."""
    at = clock.now()
    known = queries.customer_page(viewer, customer_id, at=at)
    panel = known.panel
    given = {
        "name": panel.name,
        "kind": panel.kind,
        "form_of_address": panel.form_of_address,
        "language": panel.language,
        "birthday": known.birthday,
        "lifecycle": panel.lifecycle,
        "likes": "\n".join(map(str, panel.preferences.get("likes", ()))),
        "culture_notes": panel.culture_notes,
        "accessibility_notes": panel.accessibility_notes,
    }
    form = ProfileForm(request.POST or None, initial=given, label_suffix="")

    def do() -> None:
        said = dict(form.cleaned_data)
        likes = [line.strip() for line in said.pop("likes").splitlines() if line.strip()]
        change = actions.ProfileChange(
            **said, preferences=dict(panel.preferences) | {"likes": likes}
        )
        actions.change_customer(customer_id=customer_id, change=change, by=viewer, at=at)

    if _done(request, form, do):
        return redirect("customers:page", customer_id=customer_id)
    return _form(request, FormPage(title=_("Profile"), form=form, panel=panel))


@require_http_methods(["GET", "POST"])
@staff_only
def tier(request: HttpRequest, viewer: Actor, customer_id: int) -> HttpResponse:
    """Give a customer another tier; whoever does it here answers for it."""
    at = clock.now()
    known = queries.customer_page(viewer, customer_id, at=at)
    form = TierForm(
        request.POST or None,
        tiers=tiers_of(handbook.in_force(at)),
        initial={"tier": known.panel.tier},
    )

    def do() -> None:
        actions.set_tier(
            customer_id=customer_id,
            tier=form.cleaned_data["tier"],
            reason=form.cleaned_data["reason"],
            approver=viewer,
            by=viewer,
            at=at,
        )

    if _done(request, form, do):
        return redirect("customers:page", customer_id=customer_id)
    return _form(request, FormPage(title=_("Tier"), form=form, panel=known.panel))


@require_http_methods(["GET", "POST"])
@staff_only
def manager(request: HttpRequest, viewer: Actor, customer_id: int) -> HttpResponse:
    """Name the account manager and the backup."""
    at = clock.now()
    panel = queries.customer_page(viewer, customer_id, at=at).panel
    given = {
        "manager": str(panel.manager.id) if panel.manager else "",
        "backup": str(panel.backup.id) if panel.backup else "",
    }
    form = ManagerForm(request.POST or None, colleagues=colleagues(viewer), initial=given)

    def do() -> None:
        actions.assign_account_manager(
            customer_id=customer_id,
            manager_id=int(form.cleaned_data["manager"] or 0) or None,
            backup_id=int(form.cleaned_data["backup"] or 0) or None,
            by=viewer,
            at=at,
        )

    if _done(request, form, do):
        return redirect("customers:page", customer_id=customer_id)
    return _form(request, FormPage(title=_("Account manager"), form=form, panel=panel))


@require_http_methods(["GET", "POST"])
@staff_only
def add_contact(request: HttpRequest, viewer: Actor, customer_id: int) -> HttpResponse:
    """Note one more way to reach a customer."""
    at = clock.now()
    panel = queries.customer_page(viewer, customer_id, at=at).panel
    form = ContactForm(request.POST or None, label_suffix="")

    def do() -> None:
        actions.add_contact_point(customer_id=customer_id, by=viewer, at=at, **form.cleaned_data)

    if _done(request, form, do):
        return redirect("customers:page", customer_id=customer_id)
    return _form(request, FormPage(title=_("New contact"), form=form, panel=panel))


@require_POST
@staff_only
def reveal(request: HttpRequest, viewer: Actor, contact_id: int) -> HttpResponse:
    """Show one contact in full; that it was seen is in the audit trail."""
    at = clock.now()
    customer_id = queries.customer_of_contact(viewer, contact_id)
    value = actions.reveal_contact(contact_point_id=contact_id, by=viewer, at=at)
    page = screen(viewer, customer_id, at=at, revealed=contact_id, value=value)
    return render(request, "customers/page.html", {"page": page})


@require_POST
@staff_only
def remove_contact(request: HttpRequest, viewer: Actor, contact_id: int) -> HttpResponse:
    """Forget a contact."""
    customer_id = queries.customer_of_contact(viewer, contact_id)
    actions.remove_contact_point(contact_point_id=contact_id, by=viewer, at=clock.now())
    messages.success(request, _("The contact was removed."))
    return redirect("customers:page", customer_id=customer_id)


def _done(request: HttpRequest, form: forms.Form, do: Callable[[], None]) -> bool:
    """Whether the form was posted and the action done; a refusal is told beside the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        do()
    except (NotFound, NotPermitted):
        raise
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Saved."))
    return True


def _form(request: HttpRequest, page: FormPage) -> HttpResponse:
    status = 422 if page.form.is_bound else 200
    return render(request, "customers/form.html", {"page": page}, status=status)
