"""Where the time goes: py-spy's samples of a running process, summed by package and by function."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import peers

RATE = 200  # samples a second
SHOWN = 15

_FRAME = re.compile(r"^(?P<name>.+) \((?P<file>[^()]*):(?P<line>\d+)\)$")
_PACKAGE = re.compile(r"(?:site-packages/|lib/python[\d.]+/)?([A-Za-z_]\w*)")


@dataclass(frozen=True)
class Profile:
    """Shares of the samples in which the process ran Python, the greatest first.

    ``packages`` and ``functions`` by what ran itself; ``below`` counts a function of ours with all that it called.
    """

    what: str
    samples: int
    packages: dict[str, float]
    functions: dict[str, float]
    below: dict[str, float]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def record(what: str, pid: int, act: Callable[[], object], directory: Path) -> Profile:
    """The profile of a process while ``act`` runs."""
    output = directory / f"profile-{pid}.txt"
    py_spy = peers.bring().with_name("py-spy")
    command = [
        str(py_spy),
        "record",
        "--pid",
        str(pid),
        "--rate",
        str(RATE),
        "--format",
        "raw",
        # Only who runs Python: to wait for the network is no work.
        "--gil",
        "--output",
        str(output),
    ]
    sampler = subprocess.Popen([*command, "--duration", "600"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        act()
    finally:
        # py-spy writes what it has on SIGINT.
        sampler.send_signal(2)
        _, told = sampler.communicate(timeout=30)
    if not output.exists():
        raise RuntimeError(f"py-spy wrote nothing: {told.decode()[-1000:]}")
    return summed(what, output.read_text())


def summed(what: str, collapsed: str) -> Profile:
    """``collapsed``: a line for each stack, ``outer (file:line);inner (file:line) count``."""
    packages: Counter[str] = Counter()
    functions: Counter[str] = Counter()
    below: Counter[str] = Counter()
    samples = 0
    for line in collapsed.splitlines():
        stack, _, number = line.rpartition(" ")
        count = int(number)
        frames = [frame for frame in map(_parsed, stack.split(";")) if frame is not None]
        if not frames:
            continue
        samples += count
        packages[frames[-1][0]] += count
        functions[f"{frames[-1][0]}: {frames[-1][1]}"] += count
        for ours in {f"{package}: {name}" for package, name in frames if package.startswith(("chassis", "services"))}:
            below[ours] += count
    return Profile(what, samples, _shares(packages, samples), _shares(functions, samples), _shares(below, samples))


def _parsed(frame: str) -> tuple[str, str] | None:
    found = _FRAME.match(frame)
    if found is None:
        return None
    return _package(found["file"]), found["name"]


def _package(file: str) -> str:
    """``chassis/rpc/server.py`` stays whole, of others the package."""
    for ours in ("chassis/", "services/", "contracts/", "bench/"):
        if ours in file and "site-packages" not in file:
            return ours + file.rpartition(ours)[2]
    after = file.rpartition("site-packages/")[2].rpartition("python3.11/")[2]
    return after.split("/")[0].removesuffix(".py")


def _shares(counts: Counter[str], samples: int) -> dict[str, float]:
    return {name: round(count / samples, 4) for name, count in counts.most_common(SHOWN)} if samples else {}
