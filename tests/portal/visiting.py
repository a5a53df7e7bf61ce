"""How the tests visit the portal: as browsers do."""

import re
from datetime import timedelta

from django.core import signing
from django.test import Client
from django.urls import reverse

from libin.customers.models import PortalProof
from libin.desk.models import Case
from libin.kernel import clock, queue
from libin.kernel.models import OutgoingMail
from tests.cast import Cast

TICKET = re.compile(r'name="ticket" value="([^"]+)"')
LINK = re.compile(r"https?://[^/\s]+(/my/enter/\S+)")


def ticket_of(page: str) -> str:
    """The ticket inside a form."""
    found = TICKET.search(page)
    assert found, page[:500]
    return found[1]


def aged(ticket: str, by: timedelta = timedelta(seconds=30)) -> str:
    """The same ticket as if the form had been open for a while."""
    said = signing.loads(ticket, salt="libin.portal.form")
    return signing.dumps(said | {"at": said["at"] - by.total_seconds()}, salt="libin.portal.form")


def fresh_ticket(client: Client, url: str = "") -> str:
    """A ticket of a form that has been looked at for half a minute."""
    return aged(ticket_of(client.get(url or reverse("portal:home")).content.decode()))


def words(cast: Cast, **changes: object) -> dict[str, object]:
    """What a stranger writes into the form."""
    kind = next(kind for kind in cast.handbook.kinds.values() if kind.on_form)
    return {
        "name": "周一鸣",
        "email": "zhou.yiming@elsewhere.example",
        "kind": kind.code,
        "subject": "想换一个房间",
        "message": "您好，想换一个安静一点的房间。",
        "website": "",
    } | changes


def signed_in(email: str) -> Client:
    """A browser of the customer who reads the mail of this address."""
    client = Client()
    long_ago = clock.now() - timedelta(minutes=2)
    PortalProof.objects.filter(email=email).update(asked_at=long_ago)
    client.post(reverse("portal:sign_in"), {"email": email})
    queue.run_all()
    mail = OutgoingMail.objects.filter(recipients=[email]).latest("id")
    link = LINK.search(mail.text)
    assert link, mail.text
    response = client.post(link[1])
    assert response.status_code == 302, response.content[:300]
    return client


def write(client: Client, cast: Cast, **changes: object) -> Case:
    """Write to us through the form; the case it became."""
    before = set(Case.objects.values_list("pk", flat=True))
    said = words(cast, **changes) | {"ticket": fresh_ticket(client)}
    response = client.post(reverse("portal:home"), said)
    assert response.status_code == 302, response.content.decode()[:3000]
    queue.run_all()
    return Case.objects.exclude(pk__in=before).get()
