"""Keeps a reading child at hand, gives it a mail, and kills it when it takes too long or too much."""

import contextlib
import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

from libin.channels.parsing import child, limits, shape

_CHUNK = 1 << 16


class ParserGaveUp(Exception):
    """The mail could not be read within the limits; the argument names the limit or the error class."""


class Parser:
    """One child process, reused between mails and replaced when it dies. Safe to share between threads."""

    def __init__(
        self, *, seconds: float = limits.SECONDS, memory: int = limits.MEMORY_BYTES
    ) -> None:
        self._seconds = seconds
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def read(
        self, raw: bytes, *, authserv_ids: Sequence[str] = (), with_html: bool = True
    ) -> shape.ParsedMail:
        """The mail's plain structure. Raises ParserGaveUp; the next mail finds a fresh child."""
        wish = json.dumps({"authserv_ids": list(authserv_ids), "with_html": with_html}).encode()
        request = len(wish).to_bytes(4, "big") + wish + len(raw).to_bytes(8, "big") + raw
        with self._lock:
            try:
                status, frame = self._exchange(request)
            except BaseException:
                self._kill()
                raise
            if status != child.OK:
                # After a MemoryError or the like its heap is not worth keeping.
                self._kill()
        if status != child.OK:
            raise ParserGaveUp(frame[:80].decode("ascii", "replace"))
        try:
            return shape.unpack(frame)
        except (ValueError, KeyError, TypeError) as problem:
            raise ParserGaveUp("bad answer") from problem

    def close(self) -> None:
        """Ends the child."""
        with self._lock:
            self._kill()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._kill()
            self._process = subprocess.Popen(
                [sys.executable, "-m", child.__name__, str(self._memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # Nothing secret of ours is in the reach of a process that reads strangers' bytes.
                env={
                    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                    "PYTHONUTF8": "1",
                    "MALLOC_ARENA_MAX": "1",
                },
                bufsize=0,
                start_new_session=True,
            )
            self._greet(self._process)
        return self._process

    def _greet(self, process: subprocess.Popen[bytes]) -> None:
        """Waits for the child to be up, so that starting it does not eat the first mail's time."""
        empty = b'{"authserv_ids": []}'
        self._talk(process, len(empty).to_bytes(4, "big") + empty + bytes(8), seconds=30.0)

    def _exchange(self, request: bytes) -> tuple[bytes, bytes]:
        return self._talk(self._running(), request, seconds=self._seconds)

    def _talk(
        self, process: subprocess.Popen[bytes], request: bytes, *, seconds: float
    ) -> tuple[bytes, bytes]:
        assert process.stdin is not None
        assert process.stdout is not None
        out, back = process.stdin.fileno(), process.stdout.fileno()
        os.set_blocking(out, False)
        os.set_blocking(back, False)
        deadline = time.monotonic() + seconds
        answer = bytearray()
        wanted = 9
        sent = 0
        with selectors.DefaultSelector() as ready:
            ready.register(back, selectors.EVENT_READ)
            ready.register(out, selectors.EVENT_WRITE)
            while len(answer) < wanted:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise ParserGaveUp("time")
                for key, _ in ready.select(left):
                    if key.fd == out:
                        sent += _write(out, request, sent)
                        if sent >= len(request):
                            ready.unregister(out)
                        continue
                    answer += _read(back)
                    if len(answer) >= 9:
                        wanted = 9 + int.from_bytes(answer[1:9], "big")
                        if wanted > limits.ANSWER_BYTES:
                            raise ParserGaveUp("size")
        return bytes(answer[:1]), bytes(answer[9:wanted])

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        process.wait()


def _write(pipe: int, request: bytes, sent: int) -> int:
    try:
        return os.write(pipe, memoryview(request)[sent : sent + _CHUNK])
    except BlockingIOError:
        return 0
    except BrokenPipeError as problem:
        raise ParserGaveUp("died") from problem


def _read(pipe: int) -> bytes:
    try:
        data = os.read(pipe, _CHUNK * 16)
    except BlockingIOError:
        return b""
    if not data:
        raise ParserGaveUp("died")
    return data
