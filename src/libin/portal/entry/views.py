"""Asking for a link, opening it, signing out."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from libin.customers import actions, queries, rules
from libin.kernel import clock
from libin.kernel.access import ANONYMOUS
from libin.portal.entry.forms import SignInForm
from libin.portal.shell import limits
from libin.portal.shell.visits import (
    address_of,
    forget,
    keep_signed_in,
    public,
    signed_in,
    visitor_of,
)


@require_http_methods(["GET", "HEAD", "POST"])
@public
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same whether the address is known or not."""
    at = clock.now()
    if request.method != "POST":
        if visitor_of(request, at=at) is not None:
            return redirect("portal:requests")
        return render(request, "portal/sign_in.html", {"form": SignInForm()})
    form = SignInForm(request.POST)
    if not form.is_valid():
        return render(request, "portal/sign_in.html", {"form": form}, status=422)
    email = form.cleaned_data["email"]
    wait = max(
        limits.wait_for(limits.LINK_BY_NETWORK, address_of(request), at=at),
        limits.wait_for(limits.LINK_BY_ADDRESS, email, at=at),
    )
    if wait:
        return limits.slow_down(request, wait)
    page = settings.LIBIN_URL + reverse("portal:enter", args=["-"]).removesuffix("-/")
    actions.start_proof(email=email, page=page, by=ANONYMOUS, at=at)
    return redirect("portal:link_sent")


@require_safe
@public
def link_sent(request: HttpRequest) -> HttpResponse:
    """What to do next: look into the mailbox."""
    minutes = int(rules.PROOF_LIFETIME.total_seconds() // 60)
    return render(request, "portal/link_sent.html", {"minutes": minutes})


@require_http_methods(["GET", "HEAD", "POST"])
@public
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Open the door with a mailed link. Looking at the link changes nothing: mail scanners look, too."""
    at = clock.now()
    if wait := limits.wait_for(limits.OPEN_BY_NETWORK, address_of(request), at=at):
        return limits.slow_down(request, wait)
    if request.method != "POST":
        opens = queries.link_opens(token, at=at)
        return render(request, "portal/enter.html", {"opens": opens}, status=200 if opens else 410)
    try:
        session_token = actions.finish_proof(token=token, by=ANONYMOUS, at=at)
    except actions.LinkNotValid:
        return render(request, "portal/enter.html", {"opens": False}, status=410)
    response = redirect("portal:requests")
    keep_signed_in(response, session_token)
    return response


@require_POST
@signed_in
def leave(request: HttpRequest, visitor: queries.Visitor) -> HttpResponse:
    """Sign out of this browser."""
    actions.sign_out(session_id=visitor.session_id, by=visitor.actor, at=clock.now())
    response = redirect("portal:home")
    forget(response)
    return response
