"""What a timer has found due."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

AT_A_TIME = 500

T = TypeVar("T", bound=Hashable)


def one_by_one(what: str, find: Callable[[], list[T]], act: Callable[[T], None]) -> None:
    """One transaction each: one that fails holds up no other, and is tried again at the next turn. ``find`` gives
    ``AT_A_TIME`` at most, and is asked until it gives nothing new. Raises ExceptionGroup of what failed."""
    failures, tried = [], set[T]()
    while fresh := [each for each in find() if each not in tried]:
        tried.update(fresh)
        for each in fresh:
            try:
                act(each)
            except Exception as error:
                error.add_note(f"{what} {each}")
                failures.append(error)
    if failures:
        raise ExceptionGroup(f"{what}s that failed", failures)
