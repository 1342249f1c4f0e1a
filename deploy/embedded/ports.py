"""Free ports of this machine, and who may answer on one."""

from __future__ import annotations

import itertools
import random
import socket
import time
from collections.abc import Callable, Collection

# Below what Linux gives to outgoing connections, any of which could take the port before its server does.
_CHOICE = range(20000, 32000)


def free_ports(count: int) -> list[int]:
    """Different ports of 127.0.0.1 that nobody listens on at this moment."""
    shuffled = random.SystemRandom().sample(_CHOICE, len(_CHOICE))
    return list(itertools.islice((port for port in shuffled if not is_taken(port)), count))


def free_port() -> int:
    return free_ports(1)[0]


def free_first_port(offsets: Collection[int]) -> int:
    """A port such that all those counted from it are free."""
    shuffled = random.SystemRandom().sample(_CHOICE, len(_CHOICE))
    return next(first for first in shuffled if not any(is_taken(first + offset) for offset in offsets))


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        # Ports that only wait for the last packets of a stopped server count as free, as they do for the servers.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def wait_until(condition: Callable[[], bool], *, seconds: float, what: str, every: float = 0.05) -> None:
    """Ask again and again; ``TimeoutError`` says what was waited for."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(every)


def answers(port: int) -> bool:
    """Somebody accepts connections there."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
