"""How each measured system is signed in to and asked; every answer is checked."""

from typing import Protocol

from bench.client import Client


class WrongAnswer(Exception):
    """The server answered, but not what was asked for."""


class Adapter(Protocol):
    """One signed-in agent over one `client`. `seed` numbers make each written text new."""

    client: Client

    def __init__(self, client: Client, number: int) -> None: ...
    async def sign_in(self) -> None: ...
    async def queue(self, case: int, seed: int) -> None: ...
    async def closed(self, case: int, seed: int) -> None: ...
    async def case(self, case: int, seed: int) -> None: ...
    async def case_page(self, case: int, seed: int) -> None: ...
    async def create(self, case: int, seed: int) -> None: ...
    async def reply(self, case: int, seed: int) -> None: ...
    async def search(self, words: str) -> tuple[list[int], int]: ...


def expect(holds: bool, what: str) -> None:
    """Raise WrongAnswer unless it holds."""
    if not holds:
        raise WrongAnswer(what)


SUBJECT = "订单{seed}三天没有更新"
QUESTION = "我前天下的单,订单号{seed},到现在物流信息还没有更新。麻烦尽快处理一下,谢谢。"
ANSWER = "您好,您的问题已经收到,已经为您登记催件({seed})。"
