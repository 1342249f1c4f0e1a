"""Native work (PDF, signatures) would stop every green thread: it runs in a real thread instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from eventlet import patcher, tpool

P = ParamSpec("P")
R = TypeVar("R")


def run_native(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The result of ``work``, which must not touch green things (sockets, the database) itself."""
    if not patcher.is_monkey_patched("thread"):
        return work(*args, **kwargs)
    result: R = tpool.execute(work, *args, **kwargs)
    return result
