"""The floor's five requests: queue, case, create, reply, search."""

from datetime import UTC, datetime

from django.contrib.auth import authenticate, login
from django.contrib.auth.decorators import login_required
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from bench.floor.models import Message, Ticket

PAGE = 25
COUNTED = 1001


def log_in(request: HttpRequest) -> HttpResponse:
    user = authenticate(username=request.POST["name"], password=request.POST["password"])
    if user is None:
        return HttpResponse(status=403)
    login(request, user)
    return HttpResponse("ok")


@login_required
def queue(request: HttpRequest) -> HttpResponse:
    return _listed(request, Ticket.objects.filter(status__lt=3))


@login_required
def closed(request: HttpRequest) -> HttpResponse:
    return _listed(request, Ticket.objects.filter(status__gte=3))


def _listed(request, tickets):
    rows = tickets.select_related("customer").order_by("-updated")[:PAGE]
    return render(request, "list.html", {"n": tickets[:COUNTED].count(), "rows": rows})


@login_required
def case(request: HttpRequest, number: int) -> HttpResponse:
    ticket = get_object_or_404(Ticket.objects.select_related("customer"), pk=number)
    messages = Message.objects.filter(ticket=number).order_by("at")
    return render(request, "case.html", {"t": ticket, "ms": messages})


@csrf_exempt
def create(request: HttpRequest) -> HttpResponse:
    form, now = request.POST, _now()
    with transaction.atomic():
        ticket = Ticket.objects.create(
            subject=form["subject"],
            status=1,
            priority=3,
            queue=1,
            customer_id=int(form["customer"]),
            created=now,
            updated=now,
        )
        Message.objects.create(
            ticket=ticket, kind="c", author=ticket.customer_id, at=now, body=form["body"]
        )
    return HttpResponseRedirect(f"/case/{ticket.pk}")


@csrf_exempt
@login_required
def reply(request: HttpRequest, number: int) -> HttpResponse:
    now = _now()
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().get(pk=number)
        Message.objects.create(
            ticket=ticket, kind="a", author=request.user.pk, at=now, body=request.POST["body"]
        )
        ticket.updated = now
        ticket.save(update_fields=["updated"])
    return HttpResponseRedirect(f"/case/{number}")


@login_required
def search(request: HttpRequest) -> HttpResponse:
    words = request.GET["q"]
    pairs = [words[n : n + 2] for n in range(len(words) - 1)] or [words]
    query = " & ".join(f"'{pair}'" for pair in pairs)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ticket_id FROM floor_doc WHERE tsv @@ %s::tsquery AND body LIKE %s"
            " ORDER BY ticket_id DESC LIMIT 25",
            [query, f"%{words}%"],
        )
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM floor_doc WHERE tsv @@ %s::tsquery LIMIT %s) AS few",
            [query, COUNTED],
        )
        count = cursor.fetchone()[0]
    return JsonResponse({"ids": ids, "n": count})


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the floor is no part of the house


urlpatterns = [
    path("login", csrf_exempt(log_in)),
    path("queue", queue),
    path("closed", closed),
    path("case/<int:number>", case),
    path("create", create),
    path("case/<int:number>/reply", reply),
    path("search", search),
]
