"""The parts of the project as these tests look at them."""

from __future__ import annotations

import functools
import importlib
import importlib.util
from pathlib import Path
from typing import Any

import yaml

from chassis.bus import topology
from chassis.inbox import HearsEntrypoint
from contracts.events import Event

ROOT = Path(__file__).parents[2]
KUBERNETES = ROOT / "deploy/kubernetes"
OVERLAYS = ("development", "production")
SERVICES = tuple(sorted(path.parent.name for path in (ROOT / "services").glob("*/service.py")))
WITH_CONTRACT = tuple(name for name in SERVICES if importlib.util.find_spec(f"contracts.{name}"))


@functools.cache
def service_class(name: str) -> Any:
    return importlib.import_module(f"services.{name}.service").SERVICE


def protocol_of(name: str) -> type:
    """The RPC signatures that the contracts promise."""
    found: type = getattr(importlib.import_module(f"contracts.{name}"), name.capitalize())
    return found


def published_events() -> list[type[Event]]:
    for name in WITH_CONTRACT:
        importlib.import_module(f"contracts.{name}")
    return [event for name in WITH_CONTRACT for event in topology.events_of(name)]


def heard_by(name: str) -> set[type[Event]]:
    doors = (member for cls in service_class(name).__mro__ for member in vars(cls).values())
    entrypoints = (entry for door in doors for entry in getattr(door, "nameko_entrypoints", ()))
    return {entry.event for entry in entrypoints if isinstance(entry, HearsEntrypoint)}


def rpc_doors(name: str) -> dict[str, Any]:
    """{method: door}; a door knows its schema."""
    return {
        attribute: member
        for cls in reversed(service_class(name).__mro__)
        for attribute, member in vars(cls).items()
        if hasattr(member, "schema")
    }


@functools.cache
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return content
