"""What PostgreSQL does for a statement: how it reads each table, and how many pages of 8 kB that takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from chassis.direct import Direct


class Plan(NamedTuple):
    """``scans``: {index or table: how it is read}; ``heap_fetches``: looks into a table beside its index."""

    scans: dict[str, str]
    heap_fetches: int
    pages: int


def plan_of(engine: sa.Engine, statement: Direct, parameters: Mapping[str, Any]) -> Plan:
    """As the database decides for whatever is asked (a generic plan)."""
    with engine.connect() as connection:
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
        asked = {**statement.constants, **parameters}
        explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement.text}"
        # The first finds nothing in memory of what the planner looks up.
        connection.exec_driver_sql(explain, asked)
        ((explained,),) = connection.exec_driver_sql(explain, asked)
    plan = explained[0]["Plan"]
    nodes = [node for node in _nodes(plan) if "Scan" in node["Node Type"]]
    return Plan(
        scans={node.get("Index Name") or node.get("Relation Name", "asked"): node["Node Type"] for node in nodes},
        heap_fetches=sum(node.get("Heap Fetches", 0) for node in nodes),
        pages=plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
    )


def vacuum(engine: sa.Engine, *tables: str) -> None:
    """As the autovacuum leaves them."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Tests commit without waiting for the disk, and what is not there yet is not noted as seen by all.
        connection.exec_driver_sql("SET synchronous_commit = on")
        connection.exec_driver_sql("SELECT pg_logical_emit_message(true, '', '')")
        connection.exec_driver_sql(f"VACUUM ANALYZE {', '.join(tables)}")
        connection.exec_driver_sql("RESET synchronous_commit")


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)
