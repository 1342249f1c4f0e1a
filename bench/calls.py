"""Figures of calls, one at a time and many at once, as ``bench.load.both`` tells them."""

from __future__ import annotations

from typing import Any

from bench import figures, results
from bench.results import Result

AT_ONCE = 20


def summary(told: dict[str, Any]) -> str:
    one = told["one"]
    shown = "one at a time p50 {:6.2f}  p95 {:6.2f}  p99 {:6.2f} ms".format(
        *(figures.percentile(one, percent) for percent in figures.PERCENTILES)
    )
    return shown + (f"   {AT_ONCE} at a time {told['many']['per_second']:7.0f}/s" if "many" in told else "")


def rows(bench: str, told: dict[str, list[Any]]) -> list[Result]:
    """``told``: {party: what it told in each round}. Who was not asked for many at once has no figure for it."""
    ones = {name: [answer["one"] for answer in answers] for name, answers in told.items()}
    many = {name: [answer["many"] for answer in answers] for name, answers in told.items() if "many" in answers[0]}
    many_ms = {name: [answer["ms"] for answer in answers] for name, answers in many.items()}
    one_rates = {name: [len(ms) / sum(ms) * 1000 for ms in rounds] for name, rounds in ones.items()}
    many_rates = {name: [answer["per_second"] for answer in answers] for name, answers in many.items()}
    return [
        *_percentiles(bench, "one at a time", ones),
        _rate(bench, "one at a time", one_rates),
        _rate(bench, f"{AT_ONCE} at a time", many_rates),
        *_percentiles(bench, f"{AT_ONCE} at a time", many_ms),
    ]


def _rate(bench: str, case: str, rounds: dict[str, list[float]]) -> Result:
    return _row(bench, case, "calls/s", {name: figures.median_of_rounds(rates) for name, rates in rounds.items()})


def _percentiles(bench: str, case: str, rounds: dict[str, list[list[float]]]) -> list[Result]:
    return [
        _row(
            bench,
            f"{case}, p{percent}",
            "ms",
            {name: figures.percentile_of_rounds(ms, percent) for name, ms in rounds.items()},
        )
        for percent in figures.PERCENTILES
    ]


def _row(bench: str, case: str, unit: str, by_party: dict[str, float]) -> Result:
    others = {name: value for name, value in by_party.items() if name not in ("ours", "floor")}
    return results.result(bench, case, unit, ours=by_party["ours"], floor=by_party["floor"], peers=others)
