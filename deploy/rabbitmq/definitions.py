"""RabbitMQ's definitions: exchanges, queues and bindings as the chassis declares them, and a user for each service.

``python -m deploy.rabbitmq.definitions`` prints what stands in ``definitions.json``: no password in it, so nobody can
sign in with it alone. ``--passwords DIRECTORY`` adds hashes of the passwords in its files, one per user, and ``--put
URL`` gives the result to a broker's management API (file ``administrator`` of the same directory: name:password).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import importlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import requests

from chassis.bus import topology
from contracts.events import Event

WITH_DATABASE = ("identity", "delegation", "dossiers", "notifications")
# Who only asks: the portal, and the adaptors that tell what CSAM's and the BCE's registries hold.
CALLERS = ("portal", "registries")
USERS = WITH_DATABASE + CALLERS
VHOST = "mon-espace"
COMMITTED = Path(__file__).with_name("definitions.json")
MANAGEMENT_TIMEOUT = 30


class Recorder:
    """Stands where a channel would and keeps what is declared on it."""

    def __init__(self) -> None:
        self.exchanges: dict[str, dict[str, Any]] = {}
        self.queues: dict[str, dict[str, Any]] = {}
        self.bindings: dict[tuple[str, str, str], dict[str, Any]] = {}

    def exchange_declare(
        self, name: str, kind: str, *, passive: bool = False, durable: bool = True, auto_delete: bool = False
    ) -> None:
        # What is only looked up exists: it is declared here for everybody.
        shape = {"name": name, "vhost": VHOST, "type": kind, "internal": False, "arguments": {}}
        self.exchanges[name] = shape | {"durable": durable, "auto_delete": auto_delete}

    def queue_declare(
        self, name: str, *, durable: bool, auto_delete: bool, arguments: dict[str, Any] | None = None
    ) -> None:
        shape = {"name": name, "vhost": VHOST, "durable": durable, "auto_delete": auto_delete}
        self.queues[name] = shape | {"arguments": arguments or {}}

    def queue_bind(self, queue: str, exchange: str, routing_key: str) -> None:
        self.bindings[exchange, queue, routing_key] = {
            "source": exchange,
            "vhost": VHOST,
            "destination": queue,
            "destination_type": "queue",
            "routing_key": routing_key,
            "arguments": {},
        }


def build(passwords: Path | None = None) -> dict[str, Any]:
    declared = _declare_all()
    return {
        "vhosts": [{"name": VHOST, "default_queue_type": "classic"}],
        "users": [_user(user, passwords) for user in USERS],
        "permissions": [_permission(user) for user in USERS],
        "topic_permissions": [_rpc_permission(user) for user in USERS],
        "exchanges": [declared.exchanges[name] for name in sorted(declared.exchanges)],
        "queues": [declared.queues[name] for name in sorted(declared.queues)],
        "bindings": [declared.bindings[key] for key in sorted(declared.bindings)],
    }


def events() -> list[type[Event]]:
    """All that the contracts name."""
    for service in WITH_DATABASE:
        importlib.import_module(f"contracts.{service}")
    return [event for service in WITH_DATABASE for event in topology.events_of(service)]


def heard_by(service: str) -> list[tuple[str, str]]:
    """Pairs (publisher, event type)."""
    return sorted((event.publisher, event.type) for event in events() if service in event.listeners)


def _declare_all() -> Recorder:
    recorder = Recorder()
    channel: Any = recorder
    topology.declare_rpc_exchange(channel)
    for service in WITH_DATABASE:
        topology.declare_rpc_queue(channel, service)
        topology.declare_inbox(channel, service, heard_by(service))
        topology.declare_events(channel, service)
    return recorder


def _user(user: str, passwords: Path | None) -> dict[str, Any]:
    hashed = _hash((passwords / user).read_text().strip()) if passwords else ""
    return {
        "name": user,
        "password_hash": hashed,
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [],
        "limits": {},
    }


def _permission(user: str) -> dict[str, str]:
    """Its own names; of others' only their announcements, to hear them. Nobody writes the default exchange."""
    own, heard = [rf"rpc\.reply-{user}-.*"], []
    if user in WITH_DATABASE:
        names = (topology.inbox_queue, topology.parking, topology.replay_exchange, topology.events_exchange)
        own += [re.escape(name(user)) for name in (*names, topology.rpc_queue)]
        heard = sorted({re.escape(topology.events_exchange(publisher)) for publisher, _ in heard_by(user)})
    return {
        "user": user,
        "vhost": VHOST,
        "configure": _any_of(own),
        "write": _any_of([*own, topology.RPC_EXCHANGE]),
        "read": _any_of([*own, topology.RPC_EXCHANGE, *heard]),
    }


def _rpc_permission(user: str) -> dict[str, str]:
    """On the RPC exchange a service binds its own name and its replies, whose keys are UUIDs: it can neither take
    another's requests, nor send any itself, as a reaction never asks. A caller asks and binds its replies."""
    asked, reply = r"[a-z_]+\.[a-z_]+", r"[0-9A-Za-z-]+"
    is_service = user in WITH_DATABASE
    return {
        "user": user,
        "vhost": VHOST,
        "exchange": topology.RPC_EXCHANGE,
        "write": _any_of([reply if is_service else asked]),
        "read": _any_of([reply, rf"{user}\.\*"] if is_service else [reply]),
    }


def _any_of(patterns: list[str]) -> str:
    return f"^({'|'.join(patterns)})$"


def _hash(password: str) -> str:
    """As RabbitMQ stores it: base64 of a salt of 4 bytes and the SHA-256 of salt and password."""
    salt = os.urandom(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def put(definitions: dict[str, Any], url: str, administrator: str) -> None:
    name, _, password = administrator.strip().partition(":")
    answer = requests.post(
        f"{url.rstrip('/')}/api/definitions", json=definitions, auth=(name, password), timeout=MANAGEMENT_TIMEOUT
    )
    answer.raise_for_status()


def text(definitions: dict[str, Any]) -> str:
    return json.dumps(definitions, indent=2, sort_keys=True) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passwords", type=Path, metavar="DIRECTORY")
    parser.add_argument("--put", metavar="URL", help="of the management API")
    parser.add_argument("--output", type=Path, metavar="FILE")
    options = parser.parse_args()
    definitions = build(options.passwords)
    if options.put:
        if options.passwords is None:
            parser.error("--put needs --passwords")
        put(definitions, options.put, (options.passwords / "administrator").read_text())
    elif options.output:
        options.output.write_text(text(definitions))
    else:
        sys.stdout.write(text(definitions))
    return 0


if __name__ == "__main__":
    sys.exit(main())
