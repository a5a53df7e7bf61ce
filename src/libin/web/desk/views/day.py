"""The day as a supervisor sees it."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from libin.desk.access import may
from libin.desk.queries.day import DayView, LoadOf, Today, day_view
from libin.handbook.rules import Handbook
from libin.kernel import clock
from libin.kernel.access import Actor, require
from libin.people import queries as people
from libin.people.queries import PersonForRouting
from libin.ui import formats
from libin.web.desk import lines as shown
from libin.web.desk import wishes
from libin.web.desk.door import desk_only
from libin.web.desk.naming import Names, presence_title, said
from libin.web.desk.pages import DayPage, Figure, Lane, PersonToday
from libin.web.presence import policy_at

MOST_TEAMS = 2
PRESENCE_ORDER = ("online", "busy", "away", "offline")


@require_GET
@desk_only
def day(request: HttpRequest, viewer: Actor) -> HttpResponse:
    """Queues, people, promises at risk, today's figures."""
    require(may(viewer, "desk.supervise"))
    at = clock.now()
    since = at.astimezone(timezone.get_current_timezone()).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    seen = day_view(viewer, at=at, since=since)
    book = wishes.today(at)
    staff = people.people_for_routing(viewer, at=at, policy=policy_at(at))
    page = DayPage(
        figures=_figures(seen.today),
        lanes=_lanes(seen, Names(book)),
        people=_people(staff, seen, book),
        at_risk=shown.lines(seen.at_risk, viewer=viewer, at=at, query="view=open"),
        refresh_url=reverse("desk:day"),
        since=_utc(since),
    )
    return render(request, "desk/day.html", {"page": page})


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(timezone.get_current_timezone())


def _figures(today: Today) -> tuple[Figure, ...]:
    queue = reverse("desk:queue")
    settled = today.promises_kept + today.promises_broken
    return (
        Figure(title=gettext("Opened"), value=str(today.opened), url=f"{queue}?view=all"),
        Figure(title=gettext("Closed"), value=str(today.closed), url=f"{queue}?view=closed"),
        Figure(
            title=gettext("First response, mean"),
            value=formats.duration(today.first_reply.total_seconds()) if today.first_reply else "–",
        ),
        Figure(title=gettext("Promises kept"), value=formats.share(today.promises_kept, settled)),
        Figure(
            title=gettext("Promises broken"),
            value=str(today.promises_broken),
            url=f"{queue}?view=open&promise=broken",
            tone="bad" if today.promises_broken else "",
        ),
    )


def _lanes(seen: DayView, names: Names) -> tuple[Lane, ...]:
    ranks = {code: lane.rank for code, lane in names.handbook.lanes.items()}
    return tuple(
        Lane(
            title=names.lane(figures.lane),
            open=figures.open,
            unassigned=figures.unassigned,
            soon=figures.soon,
            broken=figures.broken,
            url=reverse("desk:queue"),
        )
        for figures in sorted(seen.queues, key=lambda figures: ranks.get(figures.lane, 99))
    )


def _people(
    staff: tuple[PersonForRouting, ...], seen: DayView, book: Handbook
) -> tuple[PersonToday, ...]:
    def capacity(person: PersonForRouting) -> int:
        level = book.levels.get(person.level)
        return person.capacity or (level.capacity_async if level else 0)

    def order(person: PersonForRouting) -> tuple[int, int, str]:
        load = seen.loads.get(person.id)
        return (PRESENCE_ORDER.index(person.presence), -(load.open if load else 0), person.name)

    return tuple(
        _person(person, seen.loads.get(person.id), capacity(person), book)
        for person in sorted(staff, key=order)
        if person.id in seen.loads
        or any("desk.reply" in book.roles[r].permissions for r in person.roles & set(book.roles))
    )


def _person(
    person: PersonForRouting, load: LoadOf | None, capacity: int, book: Handbook
) -> PersonToday:
    where = (
        gettext("on leave") if person.on_leave else "" if person.on_shift else gettext("off shift")
    )
    known = [said(book.teams[code].title) for code in sorted(person.teams) if code in book.teams]
    teams = " · ".join(known[:MOST_TEAMS])
    return PersonToday(
        name=person.name,
        presence=str(person.presence),
        presence_title=presence_title(str(person.presence)),
        where=" · ".join(filter(None, [teams, where])),
        open=load.open if load else 0,
        waiting=load.waiting if load else 0,
        broken=load.broken if load else 0,
        capacity=capacity,
        url=f"{reverse('desk:queue')}?view=open&owner={person.id}",
    )
