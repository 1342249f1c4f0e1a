"""Rounds that take turns, so that whatever else the machine does falls on all alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Options:
    """``seconds``: of each measurement in each round. ``profile``: also look where the time goes."""

    rounds: int = 5
    seconds: float = 3.0
    quick: bool = False
    profile: bool = False


def take_turns(
    parties: Mapping[str, Callable[[], Any]], rounds: int, summary: Callable[[Any], str]
) -> dict[str, list[Any]]:
    """What each party told in each round: ours, floor, peers, ours, floor, peers, …"""
    told: dict[str, list[Any]] = {name: [] for name in parties}
    for number in range(1, rounds + 1):
        for name, measure in parties.items():
            answer = measure()
            told[name].append(answer)
            print(f"  round {number}/{rounds}  {name:<20} {summary(answer)}", flush=True)
    return told
