"""``docs/benchmarks.md``, made from the results alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from bench.figures import significant
from bench.goals import FLOOR
from bench.results import DIRECTORY, Result

DOCUMENT = DIRECTORY.parent / "docs" / "benchmarks.md"

INTRODUCTION = (
    "# Benchmarks\n\n"
    "Made by `make bench` from `bench/results.json` and `bench/circumstances.json`; not to be edited. "
    "`make bench ONLY=rpc` measures one again.\n\n"
    "Ours, the floor and the peers run in one run on one machine, with one private RabbitMQ node and one private "
    "PostgreSQL, in turns (ours, floor, peers, ours, floor, peers, …); a figure is the median over the rounds. The "
    "*floor* is the same work written by hand with py-amqp and psycopg, as short as it can be. Judge the ratios: "
    "absolute figures are this machine's.\n"
)
TITLES = {
    "rpc": "`rpc`: a question and its answer",
    "events": "`events`: from the commit of the cause to the commit of the effect",
    "command": "`command`: `delegation.request_role` over RPC, durable",
    "idle": "`idle`: memory and start-up of each service",
    "growth": "`growth`: with a month behind it and a backlog before it",
    "revocation": "`revocation`: how long an ended session is believed",
    "check": "`check`: may this person do this for this enterprise",
    "import": "`import`: the open data of the Crossroads Bank, and enterprises found in it",
}


def write(entries: Sequence[Result], circumstances: Mapping[str, Any]) -> None:
    DOCUMENT.write_text(render(entries, circumstances))


def render(entries: Sequence[Result], circumstances: Mapping[str, Any]) -> str:
    parts = [INTRODUCTION, _summary(entries)]
    for bench, of_bench in groupby(entries, key=lambda entry: entry.bench):
        parts.append(_section(bench, list(of_bench), circumstances.get(bench, {})))
    return "\n".join(parts).rstrip() + "\n"


def table(entries: Sequence[Result]) -> str:
    """With a column for each peer that any of them has."""
    peers = list(dict.fromkeys(peer for entry in entries for peer in entry.peers))
    rows = [["case", "unit", "ours", "floor", "ours / floor", *(f"{peer} (× ours)" for peer in peers)]]
    rows += [_row(entry, peers) for entry in entries]
    return _markdown(rows)


def aside(circumstances: Mapping[str, Any]) -> str:
    """What was looked at beside the figures: tables, and where the time goes."""
    parts = [f"{title}:\n\n{_markdown(rows)}\n" for title, rows in circumstances.get("tables", {}).items()]
    parts += [_profile(profile) for profile in circumstances.get("profiles", ())]
    return "\n".join(parts)


def _row(entry: Result, peers: Iterable[str]) -> list[str]:
    floor = _number(entry.floor)
    others = [
        f"{_number(entry.peers[peer])} ({_ratio(entry.peers[peer], entry.ours)})" if peer in entry.peers else "–"
        for peer in peers
    ]
    return [entry.case, entry.unit, _number(entry.ours), floor, _ratio(entry.ours, entry.floor), *others]


def _summary(entries: Sequence[Result]) -> str:
    with_goal = [entry for entry in entries if entry.goal]
    rows = [["what", "goal", "measured", "the floor's own", "met"]]
    for entry in with_goal:
        for goal in entry.goals:
            unit = f" {entry.unit}" if goal.limit is not None else " ×"
            by_hand = goal.ratio(entry.floor, entry.others) if entry.floor and goal.against != FLOOR else None
            rows.append(
                [
                    f"{entry.bench}, {entry.case}",
                    str(goal),
                    _measured(goal.ratio(entry.ours, entry.others), unit) or "not measured",
                    _measured(by_hand, unit) or "–",
                    _verdict(goal.is_met(entry.ours, entry.others)),
                ]
            )
    met = sum(bool(entry.met) for entry in with_goal)
    told = f"{met} of {len(with_goal)} figures meet their goals, of which some have several."
    return f"## Goals\n\n{told}\n\n{_markdown(rows)}\n"


def _measured(ratio: float | None, unit: str) -> str | None:
    return None if ratio is None else f"{_number(significant(ratio))}{unit}"


def _section(bench: str, entries: Sequence[Result], circumstances: Mapping[str, Any]) -> str:
    parts = [f"## {TITLES[bench]}\n"]
    parts += [f"{sentence}\n" for sentence in circumstances.get("says", ())]
    parts.append(f"{table(entries)}\n")
    missed = [entry.case for entry in entries if entry.met is False]
    if missed:
        shown = " Where the time goes is below." if circumstances.get("profiles") else ""
        parts.append(f"**Not met:** {'; '.join(missed)}.{shown}\n")
    parts.append(aside(circumstances))
    if "versions" in circumstances:
        parts.append(_circumstances(circumstances))
    return "\n".join(parts)


def _profile(profile: Mapping[str, Any]) -> str:
    rows = [["running itself, by file or package", "", "by function", "", "ours with what it calls", ""]]
    columns = [list(profile[part].items()) for part in ("packages", "functions", "below")]
    for place in range(max(map(len, columns))):
        row = []
        for column in columns:
            row += [f"`{column[place][0]}`", f"{column[place][1]:.0%}"] if place < len(column) else ["", ""]
        rows.append(row)
    return _folded(f"Where the time goes: {profile['what']} ({profile['samples']} samples)", _markdown(rows))


def _circumstances(circumstances: Mapping[str, Any]) -> str:
    facts = circumstances["machine"] | circumstances["versions"] | circumstances["settings"]
    listed = ", ".join(f"{name} {value}" for name, value in facts.items())
    how = f"{circumstances['rounds']} rounds, {circumstances['took_seconds']} s, on {circumstances['measured_on']}"
    if "commit" in circumstances:
        how += f", at {circumstances['commit']}"
    if circumstances.get("was_busy"):
        how += ", on a machine that was busy with other things: the figures say little"
    return _folded(f"Measured: {how}", f"{listed}.")


def _folded(title: str, content: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{content}\n\n</details>\n"


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}".replace(",", " ") if abs(value) >= 1000 else f"{value:g}"


def _ratio(value: float, to: float | None) -> str:
    if not to:
        return "–"
    return f"{value / to:.{2 if value >= to else 3}f}"


def _verdict(met: bool) -> str:
    return "yes" if met else "**no**"
