"""``results.json``: one entry per figure; ``circumstances.json``: how they came about."""

from __future__ import annotations

import json
import keyword
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.figures import significant
from bench.goals import FLOOR, GOALS, Goal

NAMES = ("rpc", "events", "command", "idle", "growth", "revocation", "import", "check")
DIRECTORY = Path(__file__).parent
RESULTS = DIRECTORY / "results.json"
CIRCUMSTANCES = DIRECTORY / "circumstances.json"


def module_of(name: str) -> str:
    """``import`` is no name of a package."""
    return f"bench.{name}_.measure" if keyword.iskeyword(name) else f"bench.{name}.measure"


@dataclass(frozen=True, kw_only=True)
class Result:
    """``goal`` is a sentence and ``met`` says whether all of it is; both None where no goal was set."""

    bench: str
    case: str
    unit: str
    ours: float
    floor: float | None
    peers: dict[str, float] = field(default_factory=dict)
    goal: str | None = None
    met: bool | None = None

    @property
    def goals(self) -> tuple[Goal, ...]:
        return GOALS.get((self.bench, self.case), ())

    @property
    def others(self) -> dict[str, float | None]:
        return {FLOOR: self.floor, **self.peers}


def result(
    bench: str, case: str, unit: str, *, ours: float, floor: float | None, peers: dict[str, float] | None = None
) -> Result:
    """Rounded as it will be read, and judged by that."""
    ours, floor = significant(ours), significant(floor) if floor is not None else None
    peers = {name: significant(value) for name, value in (peers or {}).items()}
    goals = GOALS.get((bench, case), ())
    others: dict[str, float | None] = {FLOOR: floor, **peers}
    return Result(
        bench=bench,
        case=case,
        unit=unit,
        ours=ours,
        floor=floor,
        peers=peers,
        goal="; ".join(str(goal) for goal in goals) or None,
        met=all(goal.is_met(ours, others) for goal in goals) if goals else None,
    )


def load(path: Path = RESULTS) -> list[Result]:
    return [Result(**entry) for entry in json.loads(path.read_text())] if path.exists() else []


def keep(new: Sequence[Result], path: Path = RESULTS) -> list[Result]:
    """All results, those of the benchmarks that ran in the place of their former ones."""
    ran = {entry.bench for entry in new}
    merged = [entry for entry in load(path) if entry.bench not in ran] + list(new)
    merged.sort(key=lambda entry: NAMES.index(entry.bench))
    write_json(path, [asdict(entry) for entry in merged])
    return merged


def load_circumstances(path: Path = CIRCUMSTANCES) -> dict[str, Any]:
    circumstances: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return circumstances


def keep_circumstances(bench: str, circumstances: dict[str, Any], path: Path = CIRCUMSTANCES) -> dict[str, Any]:
    merged = load_circumstances(path) | {bench: circumstances}
    write_json(path, merged)
    return merged


def write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
