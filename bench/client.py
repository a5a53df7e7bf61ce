"""One browser, as cheap as can be: one kept connection, one cookie jar, loopback only."""

import asyncio
import json
import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

IDLE = 2.0  # seconds after which a server may have closed a kept connection
_COOKIE = re.compile(r"\s*([^=;]+)=([^;]*)")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Speaks HTTP/1.1 to one server on this machine."""

    def __init__(self, base: str) -> None:
        url = urlsplit(base)
        if url.hostname not in ("127.0.0.1", "localhost"):
            raise ValueError("only servers on this machine are measured")
        self._host, self._port, self._netloc = url.hostname, url.port or 80, url.netloc
        self._base = base.rstrip("/")
        self.cookies: dict[str, str] = {}
        self.bytes = 0
        self._used = 0.0
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str, **headers: str) -> Answer:
        return await self._ask("GET", path, b"", headers)

    async def post(self, path: str, form: dict[str, str], **headers: str) -> Answer:
        body = urlencode(form).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._base}
        return await self._ask("POST", path, body, kind | headers)

    def close(self) -> None:
        if self._writer:
            self._writer.close()
        self._reader = self._writer = None

    async def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._netloc}", "Accept: text/html,*/*"]
        lines.append("Accept-Language: zh-CN")
        lines.append(f"Referer: {self._base}/")
        if self.cookies:
            jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            lines.append(f"Cookie: {jar}")
        if method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        message = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
        if time.monotonic() - self._used > IDLE:
            self.close()
        fresh = self._writer is None
        try:
            return await self._exchange(message)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.close()
            if fresh or method != "GET":
                raise
            return await self._exchange(message)

    async def _exchange(self, message: bytes) -> Answer:
        if self._writer is None or self._reader is None:
            self._reader, self._writer = await asyncio.open_connection(
                self._host, self._port, limit=1 << 22
            )
        self._writer.write(message)
        await self._writer.drain()
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *rest = head.split("\r\n")
        status, headers = int(first.split(" ")[1]), self._headers(rest)
        body = await self._body(status, headers)
        self.bytes += len(head) + len(body)
        self._used = time.monotonic()
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(status, headers, body)

    def _headers(self, lines: list[str]) -> dict[str, str]:
        headers = {}
        for line in filter(None, lines):
            name, _, value = line.partition(":")
            name, value = name.strip().lower(), value.strip()
            headers[name] = value
            if name == "set-cookie" and (found := _COOKIE.match(value)):
                self.cookies[found[1]] = found[2]
        return headers

    async def _body(self, status: int, headers: dict[str, str]) -> bytes:
        reader = self._reader
        if reader is None:
            raise ConnectionError
        if status in (204, 304):
            return b""
        if headers.get("transfer-encoding") == "chunked":
            parts = []
            while size := int((await reader.readline()).split(b";")[0], 16):
                parts.append(await reader.readexactly(size))
                await reader.readexactly(2)
            await reader.readexactly(2)
            return b"".join(parts)
        if "content-length" in headers:
            return await reader.readexactly(int(headers["content-length"]))
        headers["connection"] = "close"
        return await reader.read()
