"""The floor's requests."""

from urllib.parse import quote

from bench.adapters import ANSWER, QUESTION, SUBJECT, expect
from bench.client import Client
from bench.floor.load import PASSWORD

ROWS = 25


class Floor:
    """One agent of the floor."""

    def __init__(self, client: Client, number: int) -> None:
        self.client, self.number = client, number

    async def sign_in(self) -> None:
        name = f"agent{self.number % 50 + 1:02d}"
        answer = await self.client.post("/login", {"name": name, "password": PASSWORD})
        expect(answer.status == 200, f"login {answer.status}")

    async def queue(self, case: int, seed: int) -> None:
        await self._list("/queue")

    async def closed(self, case: int, seed: int) -> None:
        await self._list("/closed")

    async def _list(self, path: str) -> None:
        answer = await self.client.get(path)
        expect(answer.body.count(b'class="subject"') == ROWS, f"{path} {answer.status}")

    async def case(self, case: int, seed: int) -> None:
        answer = await self.client.get(f"/case/{case}")
        expect(b"<article" in answer.body, f"case {answer.status}")

    async def case_page(self, case: int, seed: int) -> None:
        await self.case(case, seed)

    async def create(self, case: int, seed: int) -> None:
        form = {
            "subject": SUBJECT.format(seed=seed),
            "customer": str(seed % 10_000 + 1),
            "body": QUESTION.format(seed=seed),
        }
        answer = await self.client.post("/create", form)
        expect(answer.status == 302, f"create {answer.status}")

    async def reply(self, case: int, seed: int) -> None:
        answer = await self.client.post(f"/case/{case}/reply", {"body": ANSWER.format(seed=seed)})
        expect(answer.status == 302, f"reply {answer.status}")

    async def search(self, words: str) -> tuple[list[int], int]:
        found = (await self.client.get(f"/search?q={quote(words)}")).json()
        return found["ids"], found["n"]
