"""What is asked for, as ratios between two figures of one run, or as a limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FLOOR = "floor"


@dataclass(frozen=True, kw_only=True)
class Goal:
    """``at_most`` and ``at_least`` bound ours / against; with ``faster`` against / ours (milliseconds: more is better).
    ``limit`` alone bounds ours itself."""

    against: str | None = FLOOR
    at_most: float | None = None
    at_least: float | None = None
    faster: float | None = None
    limit: float | None = None

    def __str__(self) -> str:
        if self.limit is not None:
            return f"≤ {self.limit:g}"
        if self.faster is not None:
            return f"≥ {self.faster:g} × faster than {self.against}"
        if self.at_most is not None:
            return f"≤ {self.at_most:g} × {self.against}"
        if self.at_least is not None and self.at_least < 1:
            return f"≥ {self.at_least:.0%} of {self.against}".replace("%", " %")
        return f"≥ {self.at_least:g} × {self.against}"

    def ratio(self, ours: float, others: Mapping[str, float | None]) -> float | None:
        """What is compared with the bound; None when the other was not measured."""
        if self.limit is not None:
            return ours
        other = others.get(self.against or "")
        if not other or not ours:
            return None
        return other / ours if self.faster is not None else ours / other

    def is_met(self, ours: float, others: Mapping[str, float | None]) -> bool:
        """By the figures as they are printed. What was not measured is not met."""
        ratio = self.ratio(ours, others)
        if ratio is None:
            return False
        highest = self.limit if self.limit is not None else self.at_most
        if highest is not None:
            return ratio <= highest
        return ratio >= (self.faster if self.faster is not None else self.at_least or 0.0)


GOALS: dict[tuple[str, str], tuple[Goal, ...]] = {
    ("rpc", "one at a time, p50"): (
        Goal(at_most=1.4),
        Goal(against="nameko in-service", faster=4),
        Goal(against="nameko standalone", faster=10),
        Goal(against="FastStream", faster=3),
    ),
    ("rpc", "20 at a time"): (Goal(at_least=0.55),),
    ("events", "highest rate"): (Goal(at_least=0.6), Goal(against="nameko", at_least=4)),
    ("events", "at 100/s, p50"): (Goal(limit=10),),
    ("command", "one at a time"): (Goal(at_least=0.6),),
    ("command", "20 at a time"): (Goal(at_least=0.6),),
}
for _service in ("identity", "delegation", "dossiers", "notifications", "portal"):
    GOALS["idle", f"{_service}, memory"] = (Goal(at_most=1.3),)
    GOALS["idle", f"{_service}, start-up"] = (Goal(at_most=1.3),)
for _service in ("identity", "delegation", "dossiers", "notifications"):
    GOALS["revocation", f"{_service}, worst"] = (Goal(limit=10_000),)
GOALS["revocation", "dossiers, mandate, worst"] = (Goal(limit=2_000),)
GOALS["import", "peak memory, 2 M beside 200 k"] = (Goal(at_most=1.3),)
for _kind, _most in {"number": 5, "beginning of a name": 50, "slip": 200}.items():
    GOALS["import", f"search, {_kind}, p50"] = (Goal(limit=_most),)
for _case in ("delegation's mandates", "dossiers' read model"):
    GOALS["check", f"in process, {_case}, 10 k"] = (Goal(against="pycasbin", at_least=1),)
    GOALS["check", f"in process, {_case}, 1 M, p50"] = (Goal(at_most=1.2),)
    GOALS["check", f"looks beside the indexes, {_case}, 1 M"] = (Goal(limit=0),)
for _case in ("one at a time", "20 at a time"):
    GOALS["check", f"over RPC, {_case}"] = (Goal(against="Cerbos", at_least=0.6),)
GOALS["check", "over RPC, 1 M, p50"] = (Goal(at_most=1.2),)
for _case in (
    "event at 100/s, 1 M rows kept, p50",
    "relay, 1 M rows kept and 100 k pending, p50",
    "reaction, 100 k due, p50",
):
    GOALS["growth", _case] = (Goal(at_most=1.3),)
