"""Several people at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from contracts.errors import Refusal

UNTIL_ALL_HAVE_ENDED = 20.0  # seconds


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Results or refusals of acts that begin together."""
    ready = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        ready.wait(UNTIL_ALL_HAVE_ENDED)
        try:
            return act()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts, timeout=UNTIL_ALL_HAVE_ENDED))
