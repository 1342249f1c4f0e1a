"""Each service by itself, as production runs it, beside a bare one with the same imports."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import chassis, figures, processor, results
from bench.ground import Ground
from bench.programs import Program, Server
from bench.results import Result
from bench.rounds import Options, take_turns
from deploy.embedded.environment import SERVICES, WITH_DATABASE, Surroundings, environment_of
from deploy.embedded.ports import free_ports

SETTLES_IN = 2.0  # seconds

SAYS = [
    "One process for each service, started alone by `python -m services run`, with its database and RabbitMQ there "
    "already. `start-up`: from the start of the process until `/health/ready` answers 200. `processor`: the seconds "
    "of it that were spent computing. `memory`: resident, two seconds later; PSS counts a page that several processes "
    "share in parts.",
    "The floor is stock nameko with one method on the same broker, which has imported the service's modules too, but "
    "opens no database and serves no HTTP; it is ready when its container has started. Ours leaves out what costs "
    "the bare one a quarter of a second and 9 MB: eventlet's own resolver (`chassis/green.py`), and the garbage "
    "collector while modules are imported.",
]
KINDS = {"memory": "MB", "memory, PSS": "MB", "start-up": "s", "start-up, processor": "s"}


def measure(ground: Ground, options: Options) -> tuple[list[Result], dict[str, Any]]:
    around = surroundings(ground)
    measures = {
        "ours": functools.partial(_each, ground, functools.partial(_ours, around)),
        "floor": functools.partial(_each, ground, functools.partial(_bare, ground)),
    }
    told = take_turns(measures, options.rounds, _summary)
    return results_of(told), {"says": SAYS}


@functools.cache
def surroundings(ground: Ground) -> Surroundings:
    """Of all services. Other measurements of the same run stand on them too."""
    ports = free_ports(len(SERVICES) + 5)
    files = ground.directory / "files"
    files.mkdir()
    return Surroundings(
        keys=ground.keys,
        amqp_uri=ground.amqp_uri,
        database_urls={
            service: chassis.migrated_database(ground, f"idle_{service}", service) for service in WITH_DATABASE
        },
        door_ports=dict(zip(SERVICES, ports, strict=False)),
        portal_port=ports[-1],
        csam_port=ports[-2],
        register_port=ports[-3],
        scanner_port=ports[-4],
        smtp_port=ports[-5],
        files_directory=files,
    )


def _ours(around: Surroundings, service: str) -> Program:
    environment = environment_of(service, around, now=datetime.now(UTC))
    url = f"http://127.0.0.1:{around.door_ports[service]}"
    return Program(module="services", verb="run", word=service, environment=environment, url=url)


def _bare(ground: Ground, service: str) -> Program:
    settings = {"service": service, "amqp_uri": ground.amqp_uri}
    return Program(module="bench.idle.bare", verb="serve", settings=settings)


def _each(ground: Ground, program_of: Callable[[str], Program]) -> dict[str, dict[str, float]]:
    return {service: _one(program_of(service), ground.directory / "idle.log") for service in SERVICES}


def _one(program: Program, log: Path) -> dict[str, float]:
    log.unlink(missing_ok=True)
    server = Server(program, log)
    began = time.perf_counter()
    server.start()
    took = time.perf_counter() - began
    spent = processor.spent_by(server.pid)
    try:
        time.sleep(SETTLES_IN)
        memory = memory_of(Path(f"/proc/{server.pid}/smaps_rollup").read_text())
    finally:
        server.stop()
    return {"memory": memory["Rss"], "memory, PSS": memory["Pss"], "start-up": took, "start-up, processor": spent}


def memory_of(rollup: str) -> dict[str, float]:
    """MB (10^6 bytes) by kind, of proc(5)'s ``smaps_rollup``, which counts by 1024 bytes."""
    return {kind: int(kilobytes) * 1024 / 1e6 for kind, kilobytes in re.findall(r"^(\w+): +(\d+) kB$", rollup, re.M)}


def _summary(told: dict[str, dict[str, float]]) -> str:
    return "   ".join(f"{name} {each['memory']:.0f} MB {each['start-up']:.1f} s" for name, each in told.items())


def results_of(told: dict[str, list[Any]]) -> list[Result]:
    rows = []
    for service in SERVICES:
        for kind, unit in KINDS.items():
            by_party = {
                party: figures.median_of_rounds([answer[service][kind] for answer in answers])
                for party, answers in told.items()
            }
            case = f"{service}, {kind}"
            rows.append(results.result("idle", case, unit, ours=by_party["ours"], floor=by_party["floor"]))
    return rows
