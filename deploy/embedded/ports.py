"""Free ports of this machine, and who may answer on one."""

from __future__ import annotations

import fcntl
import functools
import os
import random
import socket
import tempfile
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import IO

# Below what Linux gives to outgoing connections, any of which could take the port before its server does.
_CHOICE = range(20000, 32000)
_SHARE = 1000
_locks: list[IO[str]] = []
_untold: set[int] = set()


def free_ports(count: int) -> list[int]:
    """Different ports of 127.0.0.1 that nobody listens on at this moment."""
    return [free_first_port([0]) for _ in range(count)]


def free_port() -> int:
    return free_first_port([0])


def free_first_port(offsets: Collection[int]) -> int:
    """A port such that all those counted from it are free."""
    first = _find_untold(offsets)
    if first is None:
        # Told again only when none is left: servers begin to listen some time after they were told of a port.
        _untold.update(_share())
        first = _find_untold(offsets)
    if first is None:
        raise RuntimeError(f"there are not {len(offsets)} ports together that are free")
    _untold.difference_update(first + offset for offset in offsets)
    return first


def _find_untold(offsets: Collection[int]) -> int | None:
    ports = sorted(_untold)
    begin = random.SystemRandom().randrange(len(ports)) if ports else 0
    for first in ports[begin:] + ports[:begin]:
        block = {first + offset for offset in offsets}
        if block <= _untold and not any(map(is_taken, block)):
            return first
    return None


@functools.cache
def _share() -> range:
    """The ports from which this process chooses for as long as it lives, and no other of ours."""
    for first in random.SystemRandom().sample(_CHOICE[::_SHARE], len(_CHOICE) // _SHARE):
        try:
            lock = (Path(tempfile.gettempdir()) / f"mon-espace-ports-{os.getuid()}-{first}").open("a")
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        _locks.append(lock)
        return range(first, first + _SHARE)
    # So many choose at once: those that are left take what comes.
    return _CHOICE


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
