"""The reading process: raw mail in, plain structure out, over and over, within hard limits of memory."""

import json
import resource
import sys
from typing import BinaryIO

from libin.channels.parsing import limits, reading, shape

OK = b"\x01"
GAVE_UP = b"\x02"


def confine(memory: int) -> None:
    """No more memory than this, no files written, no core dumps."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answers requests until the source ends.

    A request is 4 bytes length and JSON of the wish, 8 bytes length and the raw mail; an answer is one byte saying how
    it went, 8 bytes length and the frame or the reason.
    """
    while head := source.read(4):
        wish = json.loads(source.read(int.from_bytes(head, "big")))
        raw = source.read(int.from_bytes(source.read(8), "big"))
        status, frame = _answer(raw, wish)
        del raw
        sink.write(status + len(frame).to_bytes(8, "big"))
        sink.write(frame)
        sink.flush()


def _answer(raw: bytes, wish: dict[str, object]) -> tuple[bytes, bytes]:
    names = wish.get("authserv_ids")
    try:
        mail = reading.read(
            raw,
            reading.Wish(
                authserv_ids=tuple(str(one) for one in names) if isinstance(names, list) else (),
                with_html=bool(wish.get("with_html", True)),
            ),
        )
        return OK, shape.pack(mail)
    except Exception as problem:
        # Whatever a hostile mail breaks, the parent hears a word instead of losing the child.
        return GAVE_UP, type(problem).__name__.encode()


if __name__ == "__main__":
    confine(int(sys.argv[1]) if len(sys.argv) > 1 else limits.MEMORY_BYTES)
    serve(sys.stdin.buffer, sys.stdout.buffer)
