"""Versions, settings and the machine, as a reader needs them to judge or repeat a measurement."""

from __future__ import annotations

import functools
import importlib.metadata
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import amqp

from bench import peers
from bench.ground import ROOT, Ground
from bench.rounds import Options

OURS = ("nameko", "kombu", "amqp", "eventlet", "psycopg", "SQLAlchemy", "marshmallow")


# Others at work beside it: then the parties of a round are not measured alike, and queues form that are nobody's.
BUSY = 1.0


def describe(ground: Ground, options: Options, *, load_before: float, seconds: float) -> dict[str, Any]:
    """``load_before``: of one minute, when the first benchmark began."""
    return {
        "measured_on": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "was_busy": load_before > BUSY,
        "took_seconds": round(seconds),
        "rounds": options.rounds,
        "machine": _machine()
        | {
            "busy before (load of 1 minute)": f"{load_before:.1f}",
            "forced write of 8 kB, p50": f"{ground.fdatasync_ms():.2f} ms",
        },
        "versions": {"Python": platform.python_version(), **_packages(), "RabbitMQ": _rabbitmq(ground)}
        | {f"{name} (of the peers)": version for name, version in peers.versions().items()},
        "settings": ground.settings(),
    }


@functools.cache
def _commit() -> str:
    """Asked once: what is kept of the first benchmark changes files."""
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude=*"], cwd=ROOT, capture_output=True, text=True
    )
    return told.stdout.strip() or "unknown"


def _packages() -> dict[str, str]:
    return {name: importlib.metadata.version(name) for name in OURS}


def _rabbitmq(ground: Ground) -> str:
    from bench.rpc.floor import connect

    connection: amqp.Connection = connect(ground.amqp_uri)
    version = str(connection.server_properties["version"])
    connection.close()
    return version


def _machine() -> dict[str, str]:
    memory = next(line.split()[1] for line in Path("/proc/meminfo").read_text().splitlines() if "MemTotal" in line)
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if "model name" in line
    ]
    return {
        "processors": f"{os.cpu_count()} × {models[0] if models else platform.machine()}",
        "memory": f"{int(memory) / 1024**2:.0f} GiB",
    }
