"""The plans that PostgreSQL itself made for the chassis' statements, with the pages they touched (auto_explain)."""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.figures import significant
from bench.growth.backlog import MARK

SETTINGS = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_buffers": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_format": "json",
}

_LOGGED = re.compile(r"@(?P<database>\w+) LOG:  duration: \S+ ms  plan:\n(?P<plan>(?:\t.*\n)+)")
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+(outbox|inbox)\b")


@dataclass(frozen=True)
class Plan:
    """``scans``: how each table was read. ``pages``: of 8 kB, in memory or not. ``rows``: as many as any step had."""

    statement: str
    scans: str
    pages: int
    rows: int

    @property
    def pages_a_row(self) -> float:
        return self.pages / max(1, self.rows)


def plans_in(log: str, database: str, table: str) -> Iterator[Plan]:
    """Those of the chassis' statements on the outbox or on the inbox."""
    for found in _LOGGED.finditer(log):
        if found["database"] != database:
            continue
        logged = json.loads(found["plan"])
        statement = " ".join(logged["Query Text"].split())
        on = _TABLE.search(statement)
        if MARK not in statement and on is not None and on[1] == table:
            plan = logged["Plan"]
            pages = plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0)
            yield Plan(statement, ", ".join(_scans(plan)), pages, max(_rows(plan)))


def table(full: list[Plan], empty: list[Plan]) -> list[list[str]]:
    """A row for each statement that both made. By the row, because batches differ; and the most pages of any."""
    rows = [["statement", "read by, full", "pages a row, full: p50 (most in all)", "empty"]]
    filled, alone = _by_statement(full), _by_statement(empty)
    for statement in sorted(filled.keys() & alone.keys()):
        scans = filled[statement][-1].scans or "–"
        rows.append([f"`{_short(statement)}`", scans, _shown(filled[statement]), _shown(alone[statement])])
    return rows


def _by_statement(plans: list[Plan]) -> dict[str, list[Plan]]:
    found: dict[str, list[Plan]] = {}
    for plan in plans:
        found.setdefault(plan.statement, []).append(plan)
    return found


def _shown(plans: list[Plan]) -> str:
    middle = statistics.median(plan.pages_a_row for plan in plans)
    return f"{significant(middle):g} ({max(plan.pages for plan in plans)})"


def _short(statement: str) -> str:
    """Without the columns, which are many and say little."""
    brief = re.sub(r"\bSELECT (?!count|min).*?\bFROM (?!publication\b)", "SELECT … FROM ", statement)
    brief = re.sub(r"(INSERT INTO \w+) \(.*?\) VALUES \(.*?\)+", r"\1 …", brief)
    brief = re.sub(r"RETURNING .*", "RETURNING …", brief)
    brief = re.sub(r"::(?:TIMESTAMP WITH TIME ZONE|[A-Z]+)(?:\[\])?", "", brief).replace("|", "\\|")
    return brief if len(brief) <= 200 else f"{brief[:199]}…"


def _scans(plan: Mapping[str, Any]) -> Iterator[str]:
    node = plan["Node Type"]
    if "Scan" in node and plan.get("Relation Name") in ("outbox", "inbox"):
        index = plan.get("Index Name")
        yield f"{node} {index}" if index else f"{node} of {plan['Relation Name']}"
    elif index := plan.get("Index Name"):
        yield f"{node} {index}"
    for below in plan.get("Plans", ()):
        yield from _scans(below)


def _rows(plan: Mapping[str, Any]) -> Iterator[int]:
    yield int(plan["Actual Rows"])
    for below in plan.get("Plans", ()):
        yield from _rows(below)
