"""Processor time, which says more than wall time while others use the machine too."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

SERVERS = {"beam.smp": "RabbitMQ", "postgres": "PostgreSQL"}

_TICKS = os.sysconf("SC_CLK_TCK")


def spent(act: Callable[[], object], pids: Mapping[str, int]) -> dict[str, float]:
    """Seconds by process while ``act`` runs: those of ``pids`` by their names, and the servers that we started."""
    before = _seconds(pids)
    act()
    after = _seconds(pids)
    return {name: after[name] - before.get(name, 0.0) for name in after}


def spent_by(pid: int) -> float:
    """Seconds since the process began."""
    return _parsed(Path(f"/proc/{pid}/stat").read_text())[2]


def table(rows: Mapping[str, tuple[dict[str, float], int]], of_what: str) -> list[list[str]]:
    """``rows``: {party: (seconds by process, how many things were done)}; milliseconds for each thing."""
    processes = list(dict.fromkeys(name for seconds, _ in rows.values() for name in seconds))
    head = [f"processor, ms per {of_what}", *processes]
    shown = [
        [party, *(f"{seconds[name] / count * 1000:.2f}" if name in seconds else "–" for name in processes)]
        for party, (seconds, count) in rows.items()
    ]
    return [head, *shown]


def _seconds(pids: Mapping[str, int]) -> dict[str, float]:
    named = {pid: name for name, pid in pids.items()}
    seconds: dict[str, float] = dict.fromkeys(pids, 0.0)
    for pid, (name, times) in _descendants().items():
        known = named.get(pid) or SERVERS.get(name)
        if known is not None:
            seconds[known] = seconds.get(known, 0.0) + times
    return seconds


def _descendants() -> dict[int, tuple[str, float]]:
    """{pid: (name, seconds)} of what this process has started, directly or not."""
    everything: dict[int, tuple[int, str, float]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                everything[int(entry.name)] = _parsed((entry / "stat").read_text())
            except OSError:
                continue
    ours: dict[int, tuple[str, float]] = {}
    children = [os.getpid()]
    while children:
        parents = set(children)
        children = [pid for pid, (parent, _, _) in everything.items() if parent in parents]
        ours |= {pid: everything[pid][1:] for pid in children}
    return ours


def _parsed(stat: str) -> tuple[int, str, float]:
    """(parent, name, seconds): its own time, and that of children that have ended and were waited for. proc(5)."""
    name, _, rest = stat.partition("(")[2].rpartition(")")
    fields = rest.split()
    return int(fields[1]), name, sum(map(int, fields[11:15])) / _TICKS
