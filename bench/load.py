"""Calls timed one by one and many at once. Standard library only; in a patched process its threads are green."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import Any

WARM_UP = 200  # calls


def one_at_a_time(call: Callable[[], object], seconds: float, most: float = math.inf) -> list[float]:
    """Milliseconds of each call."""
    took: list[float] = []
    ends = time.perf_counter() + seconds
    while (began := time.perf_counter()) < ends and len(took) < most:
        call()
        took.append((time.perf_counter() - began) * 1000)
    return took


def at_once(call: Callable[[], object], count: int, seconds: float) -> dict[str, Any]:
    """``count`` callers, each one call after the other: {"ms": of each call, "per_second": of all together}."""
    took: list[list[float]] = [[] for _ in range(count)]
    failed: list[Exception] = []

    def caller(mine: list[float]) -> None:
        try:
            mine += one_at_a_time(call, seconds)
        except Exception as error:
            failed.append(error)

    callers = [threading.Thread(target=caller, args=(mine,)) for mine in took]
    began = time.perf_counter()
    for thread in callers:
        thread.start()
    for thread in callers:
        thread.join()
    elapsed = time.perf_counter() - began
    if failed:
        raise failed[0]
    together = [ms for mine in took for ms in mine]
    return {"ms": together, "per_second": len(together) / elapsed}


def both(call: Callable[[], object], *, seconds: float, count: int, warm_up: int = WARM_UP) -> dict[str, Any]:
    """After some calls that do not count: {"one": ms of calls one at a time, "many": as ``at_once``, "spent": …}."""
    for _ in range(warm_up):
        call()
    began = time.process_time()
    told = {"one": one_at_a_time(call, seconds), "many": at_once(call, count, seconds)}
    return told | {"spent": spent_since(began, told)}


def spent_since(began: float, told: dict[str, Any]) -> float:
    """Milliseconds of the caller's own processor for each call."""
    return (time.process_time() - began) * 1000 / (len(told["one"]) + len(told["many"]["ms"]))
