"""The plans that PostgreSQL itself made for the chassis' statements, with the pages they touched (auto_explain)."""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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
    """``scans``: how each table was read. ``pages``: of 8 kB, in memory or not."""

    statement: str
    scans: str
    pages: int


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
            yield Plan(statement, ", ".join(_scans(plan)), pages)


def table(full: list[Plan], empty: list[Plan]) -> list[list[str]]:
    """A row for each statement that both made: how it is read, and the pages of 8 kB in the middle and at the most."""
    rows = [["statement", "read by, full", "pages full, p50 (most)", "pages empty, p50 (most)"]]
    by_statement = {plan.statement: plan for plan in full}
    alone = _pages(empty)
    for statement, pages in sorted(_pages(full).items()):
        if statement in alone:
            scans = by_statement[statement].scans or "–"
            rows.append([f"`{_short(statement)}`", scans, _shown(pages), _shown(alone[statement])])
    return rows


def _pages(plans: list[Plan]) -> dict[str, list[int]]:
    pages: dict[str, list[int]] = {}
    for plan in plans:
        pages.setdefault(plan.statement, []).append(plan.pages)
    return pages


def _shown(pages: list[int]) -> str:
    return f"{statistics.median(pages):g} ({max(pages)})"


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
