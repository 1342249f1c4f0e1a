"""What a timer has found due."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

AT_A_TIME = 500

T = TypeVar("T")


def one_by_one(what: str, due: Iterable[T], act: Callable[[T], None]) -> None:
    """One transaction each: one that fails holds up no other, and is tried again at the next turn. Raises
    ExceptionGroup of what failed."""
    failures = []
    for each in due:
        try:
            act(each)
        except Exception as error:
            error.add_note(f"{what} {each}")
            failures.append(error)
    if failures:
        raise ExceptionGroup(f"{what}s that failed", failures)
