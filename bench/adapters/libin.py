"""Libin's requests: the staff's own pages, and the public form."""

import asyncio
import os
import re

import django
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from bench.adapters import ANSWER, QUESTION, SUBJECT, expect
from bench.client import Client

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "libin.config.settings")
django.setup()

from libin.handbook import queries as handbooks  # noqa: E402 - Django is set up first
from libin.kernel import clock  # noqa: E402
from libin.people.models import Staff  # noqa: E402
from libin.people.sessions import SIGNED_IN_AT, SessionStore  # noqa: E402
from libin.portal.shell.tickets import SOONEST, new_ticket  # noqa: E402

TICKETS = 2000
QUEUE = "/desk/?view=open"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_ROW = re.compile(r'href="/desk/cases/(\d+)/')
_FOUND = re.compile(r"(\d+)")


class Libin:
    """One agent, and one customer at the form."""

    def __init__(self, client: Client, number: int) -> None:
        self.client, self.number = client, number
        self.token = self.form_token = self.kind = ""
        self.tickets: list[str] = []

    async def sign_in(self) -> None:
        """Take a session made beside the door, and the tokens of the forms."""
        key, self.kind = await asyncio.to_thread(_prepared, self.number)
        self.client.cookies[settings.SESSION_COOKIE_NAME] = key
        self.tickets = [new_ticket(clock.now() - SOONEST * 2) for _ in range(TICKETS)]
        page = await self.client.get(QUEUE)
        expect(page.status == 200, f"queue {page.status} {page.headers.get('location', '')}")
        found = _TOKEN.search(page.text)
        expect(found is not None, "no token on the queue")
        self.token = found[1] if found else ""

    async def queue(self, case: int, seed: int) -> None:
        await self._list(QUEUE)

    async def closed(self, case: int, seed: int) -> None:
        await self._list("/desk/?view=closed")

    async def _list(self, path: str) -> None:
        page = await self.client.get(path)
        expect(page.status == 200 and len(_ROW.findall(page.text)) >= 25, f"{path} {page.status}")

    async def case(self, case: int, seed: int) -> None:
        """As opened from the list, which stays."""
        page = await self.client.get(f"/desk/cases/{case}/?view=open", HX_Request="true")
        expect(page.status == 200 and b'id="case"' in page.body, f"case {case} {page.status}")

    async def case_page(self, case: int, seed: int) -> None:
        """The whole page, list and frame included."""
        page = await self.client.get(f"/desk/cases/{case}/?view=open")
        expect(page.status == 200 and b'id="case"' in page.body, f"case {case} {page.status}")

    async def create(self, case: int, seed: int) -> None:
        if not self.tickets:
            self.tickets = [new_ticket(clock.now() - SOONEST * 2) for _ in range(TICKETS)]
        form = {
            "csrfmiddlewaretoken": self.token,
            "ticket": self.tickets.pop(),
            "name": "王建国",
            "email": f"c{seed % 10_000 + 1:05d}@example.com",
            "kind": self.kind,
            "subject": SUBJECT.format(seed=seed),
            "message": QUESTION.format(seed=seed),
            "website": "",
        }
        network = f"10.{seed >> 16 & 255}.{seed >> 8 & 255}.{seed & 255}"
        page = await self.client.post("/help/", form, X_Forwarded_For=network)
        arrived = "/received/" in page.headers.get("location", "")
        expect(page.status == 302 and arrived, f"create {page.status}")

    async def reply(self, case: int, seed: int) -> None:
        form = {
            "csrfmiddlewaretoken": self.token,
            "text": ANSWER.format(seed=seed),
            "mode": "reply",
        }
        page = await self.client.post(f"/desk/cases/{case}/write/", form)
        expect(page.status == 302, f"reply {page.status}")

    async def search(self, words: str) -> tuple[list[int], int]:
        form = {"csrfmiddlewaretoken": self.token, "words": words}
        page = await self.client.post("/desk/search/", form)
        expect(page.status == 200, f"search {page.status}")
        ids = list(dict.fromkeys(int(number) for number in _ROW.findall(page.text)))
        return ids, len(ids)


def _prepared(number: int) -> tuple[str, str]:
    """The key of a fresh session of the agent with this number, and a kind of case that the form offers."""
    book = handbooks.in_force(clock.now())
    kind = next((kind.code for kind in book.kinds.values() if kind.on_form), "")
    return _session(number), kind


def _session(number: int) -> str:
    everybody = list(Staff.objects.filter(is_active=True).order_by("pk"))
    staff = everybody[number % len(everybody)]
    session = SessionStore()
    session[SESSION_KEY] = str(staff.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
    session[SIGNED_IN_AT] = clock.now().isoformat()
    session.save()
    return str(session.session_key)
