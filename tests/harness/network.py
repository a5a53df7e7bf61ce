"""The network is off in tests: only this machine may be spoken to."""

import ipaddress
import sys
from typing import Any

LOCAL_NAMES = frozenset({"localhost", "localhost.localdomain", ""})
WATCHED = frozenset(
    {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"}
)


class NetworkIsOff(OSError):
    """A test tried to speak to another machine."""


def is_local(host: object) -> bool:
    """Whether a host, as sockets are given it, is this machine."""
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(name.split("%")[0]).is_loopback
    except ValueError:
        return False


def _listen(event: str, args: tuple[Any, ...]) -> None:
    if not WATCHED or event not in WATCHED:  # nothing is left of this module at the very end
        return
    if event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = args[0]
    else:
        address = args[1]
        if not isinstance(address, tuple):
            return
        host = address[0]
    if not is_local(host):
        raise NetworkIsOff(f"{event} to {host!r}: the network is off in tests")


def switch_off() -> None:
    """From here on every socket of this process stays on this machine."""
    sys.addaudithook(_listen)
