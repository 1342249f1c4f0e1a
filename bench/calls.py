"""Figures of calls, one at a time and many at once, as ``bench.load.both`` tells them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench import figures, processor, results
from bench.programs import Server
from bench.results import Result

AT_ONCE = 20


def summary(told: dict[str, Any]) -> str:
    one = told["one"]
    shown = "one at a time p50 {:6.2f}  p95 {:6.2f}  p99 {:6.2f} ms".format(
        *(figures.percentile(one, percent) for percent in figures.PERCENTILES)
    )
    return shown + (f"   {AT_ONCE} at a time {told['many']['per_second']:7.0f}/s" if "many" in told else "")


def rows(bench: str, told: dict[str, list[Any]], *, how: str = "") -> list[Result]:
    """``told``: {party: what it told in each round}. Who was not asked for many at once has no figure for it. ``how``
    stands before each case."""
    ones = {name: [answer["one"] for answer in answers] for name, answers in told.items()}
    many = {name: [answer["many"] for answer in answers] for name, answers in told.items() if "many" in answers[0]}
    many_ms = {name: [answer["ms"] for answer in answers] for name, answers in many.items()}
    one_rates = {name: [len(ms) / sum(ms) * 1000 for ms in rounds] for name, rounds in ones.items()}
    many_rates = {name: [answer["per_second"] for answer in answers] for name, answers in many.items()}
    # Of ours alone: what the others do not check costs them nothing.
    new = (
        {"ours": [answer["new"] for answer in told["ours"]], "floor": ones["floor"]} if "new" in told["ours"][0] else {}
    )
    return [
        *_percentiles(bench, f"{how}one at a time", ones),
        *(_percentiles(bench, f"{how}one at a time, new statement", new) if new else []),
        _rate(bench, f"{how}one at a time", one_rates),
        _rate(bench, f"{how}{AT_ONCE} at a time", many_rates),
        *_percentiles(bench, f"{how}{AT_ONCE} at a time", many_ms),
    ]


def costs(ask: dict[str, Callable[[], Any]], servers: dict[str, Server], warm_up: int) -> list[list[str]]:
    """Milliseconds of each process for a call: of the caller's, where it tells its own."""
    rows: dict[str, tuple[dict[str, float], int]] = {}
    for name, server in servers.items():
        told: list[Any] = []
        seconds = processor.spent(lambda: told.append(ask[name]()), {"the service": server.pid})  # noqa: B023
        (answer,) = told
        made = warm_up + len(answer["one"]) + len(answer["many"]["ms"]) + len(answer.get("new", ()))
        caller = {"the caller": answer["spent"] * made / 1000} if "spent" in answer else {}
        rows[name] = (caller | seconds, made)
    return processor.table(rows, "call")


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
