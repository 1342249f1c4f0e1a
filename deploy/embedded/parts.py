"""The processes of one machine: what each runs, with which settings, on which ports, and when it is ready."""

from __future__ import annotations

import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from deploy.embedded.environment import SERVICES, WITH_DATABASE, Surroundings, environment_of
from deploy.embedded.ports import answers
from deploy.embedded.postgres import EmbeddedPostgres

ROOT = Path(__file__).parents[2]
DRAIN_SECONDS = 10

# What each part listens on, counted from PORT.
OFFSETS = {
    "portal": 0,
    "csam": 10,
    "register": 11,
    "scanner": 12,
    "mailbox": 25,
    "smtp": 26,
    "postgres": 32,
    "broker": 72,
    "identity health": 101,
    "delegation health": 102,
    "dossiers health": 103,
    "notifications health": 104,
    "portal health": 105,
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """``environment``: what is set beside ``inherited()``, for a start at this instant of our clock.
    ``ports``: {port: what for}. ``stop_seconds``: how long it may take to stop."""

    name: str
    title: str
    command: Callable[[], list[str]]
    ports: Mapping[int, str]
    is_ready: Callable[[], bool]
    environment: Callable[[datetime], Mapping[str, str]] = lambda now: {}
    before_start: Callable[[], None] = lambda: None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10


def inherited() -> dict[str, str]:
    """Of the shell's environment only what any program may need: its settings must not become ours by accident."""
    names = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "LOG_LEVEL", "POSTGRES_BIN")
    return {name: os.environ[name] for name in names if name in os.environ} | {
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }


def ports_from(first: int) -> dict[str, int]:
    return {name: first + offset for name, offset in OFFSETS.items()}


def module(name: str, *arguments: object) -> Callable[[], list[str]]:
    """A program of ours, run by the Python that runs us."""
    return lambda: [sys.executable, "-m", name, *(str(argument) for argument in arguments)]


def postgres_part(cluster: EmbeddedPostgres) -> Part:
    def before_start() -> None:
        cluster.initialise()
        cluster.forget_stale_lock()

    return Part(
        name="postgres",
        title="PostgreSQL",
        command=cluster.command,
        ports={cluster.port: "PostgreSQL"},
        is_ready=cluster.is_ready,
        before_start=before_start,
        stop_signal=signal.SIGINT,
        stop_seconds=30,
    )


def broker_part(port: int, journal: Path) -> Part:
    return Part(
        name="broker",
        title="development broker",
        command=module("deploy.embedded.broker", "--port", port, "--journal", journal),
        ports={port: "the development broker"},
        is_ready=lambda: answers(port),
    )


def neighbours_part(around: Surroundings) -> Part:
    ports = {"csam": around.csam_port, "register": around.register_port, "scanner": around.scanner_port}
    keys = around.keys
    options: list[object] = [part for name, port in ports.items() for part in (f"--{name}", port)]
    options += ["--portal", around.portal_url, "--client-secret-file", keys.secret_file("csam-client-secret")]
    options += ["--signing-keys-file", keys.directory / "csam-signing-keys.json"]
    return Part(
        name="neighbours",
        title="CSAM, National Register, scanner",
        command=module("deploy.embedded.neighbours", *options),
        ports={port: f"the stand-in for {name}" for name, port in ports.items()},
        is_ready=lambda: all(answers(port) for port in ports.values()),
        environment=lambda now: _moved(around, now),
    )


def mailbox_part(around: Surroundings, web_port: int, directory: Path) -> Part:
    ports = {around.smtp_port: "the mailbox (SMTP)", web_port: "the mailbox (pages)"}
    options = ("--smtp", around.smtp_port, "--web", web_port, "--directory", directory)
    return Part(
        name="mailbox",
        title="mailbox",
        command=module("deploy.embedded.mailbox", *options),
        ports=ports,
        is_ready=lambda: all(answers(port) for port in ports),
        environment=lambda now: _moved(around, now),
    )


def service_part(name: str, around: Surroundings) -> Part:
    door = around.door_ports[name]
    ports = {door: f"{name} (health and metrics)"} | ({around.portal_port: "the portal"} if name == "portal" else {})
    return Part(
        name=name,
        title=name,
        command=module("services", "run", name),
        ports=ports,
        is_ready=lambda: is_healthy(door) and all(answers(port) for port in ports),
        environment=lambda now: service_environment(name, around, now),
        stop_seconds=DRAIN_SECONDS + 5,
    )


def service_environment(name: str, around: Surroundings, now: datetime) -> dict[str, str]:
    """Of a service that starts at this instant: where the clock was moved, it goes on from there."""
    if around.now is not None:
        around = replace(around, now=now)
    return environment_of(name, around, now=now)


def all_environments(around: Surroundings, now: datetime) -> dict[str, str]:
    """Of a command for all databases at once."""
    together: dict[str, str] = {}
    for name in WITH_DATABASE:
        together |= service_environment(name, around, now)
    return together


def service_parts(around: Surroundings) -> list[Part]:
    return [service_part(name, around) for name in SERVICES]


def is_healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _moved(around: Surroundings, now: datetime) -> dict[str, str]:
    return {"NOW": now.isoformat()} if around.now is not None else {}
