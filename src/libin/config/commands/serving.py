"""What a child of the supervisor does: serve requests, and end when the supervisor is gone."""

import os
import signal
import socket
import threading
import time

import uvicorn
from django.utils.module_loading import import_string

PARENT = "LIBIN_PARENT"
GRACE = 3  # seconds in which requests under way may finish
LAST_WORD = 5  # seconds after which an orphan that does not end is ended


def follow_parent() -> None:
    """End this process when the supervisor that started it is gone, however it went."""
    if parent := os.environ.get(PARENT):
        threading.Thread(target=_watch, args=[int(parent)], name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LAST_WORD)
    os.kill(os.getpid(), signal.SIGKILL)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((host, port))
        door.listen(1024)
    except OSError:
        door.close()
        raise
    door.setblocking(False)
    return door


def serve_web(door: socket.socket, *, gate: int | None = None) -> None:
    """Answer requests on this socket until told to stop; with a gate, not before its other end is closed."""
    follow_parent()
    application = import_string("libin.config.asgi.application")
    if gate is not None:
        os.read(gate, 1)
        os.close(gate)
    behind_proxy = os.environ.get("LIBIN_BEHIND_PROXY") == "1"
    config = uvicorn.Config(
        application,
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=behind_proxy,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE,
    )
    uvicorn.Server(config).run(sockets=[door])
