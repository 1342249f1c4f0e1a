"""Green threads: ``patch()`` comes before anything else is imported, since what was imported unpatched would block them
all."""

from __future__ import annotations

import atexit
import functools
import os
import socket
import warnings
from collections.abc import Callable
from typing import Any

# Known, and told in docs/decisions/0002: nameko runs on it.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

LOOK_UPS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getnameinfo")


def patch() -> None:
    # Eventlet's own resolver is dnspython: a quarter of a second and 9 MB for each process. The system's, which knows
    # /etc/nsswitch.conf too, does it in a real thread. (libpq looks up the database's name by itself, and blocks.)
    os.environ["EVENTLET_NO_GREENDNS"] = "yes"
    import eventlet
    from eventlet import tpool
    from eventlet.green import socket as green_socket

    eventlet.monkey_patch()
    for name in LOOK_UPS:
        looked_up = _in_thread(tpool, getattr(socket, name))
        setattr(socket, name, looked_up)
        setattr(green_socket, name, looked_up)
    # It would wait for name servers that do not answer when the process has ended otherwise.
    atexit.unregister(tpool.killall)


def _in_thread(tpool: Any, look_up: Callable[..., Any]) -> Callable[..., Any]:
    """An answer may take as long as the name servers like; for an address there is nobody to ask."""

    @functools.wraps(look_up)
    def green(*asked: Any, **more: Any) -> Any:
        host = asked[0] if asked else more.get("host")
        is_numeric = look_up.__name__ == "getaddrinfo" and (host is None or _is_address(host))
        return look_up(*asked, **more) if is_numeric else tpool.execute(look_up, *asked, **more)

    return green


def _is_address(host: str | bytes) -> bool:
    text = host if isinstance(host, str) else host.decode("ascii", errors="replace")
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, text)
        except (OSError, ValueError):
            continue
        return True
    return False
