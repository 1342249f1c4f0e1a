"""What the databases, the queues and the mailbox hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from chassis.bus import connect, topology
from deploy.embedded.environment import WITH_DATABASE
from tests.faults.brokers import ADMINISTRATOR, uri_for
from tests.faults.mailbox import Mail
from tests.faults.reconciling.lines import Lines, Log
from tests.faults.town import Town

Rows = list[dict[str, Any]]

# Two bodies are the same when their digests are.
OUTBOX = (
    "SELECT event_id, type, subject, version, body, md5(body::text) AS digest, occurred_at, traceparent, republished,"
    " sent_at FROM outbox ORDER BY position"
)
INBOX = (
    "SELECT event_id, handler, publisher, type, subject, epoch, version, md5(body::text) AS digest, republished,"
    " traceparent, arrived_at, attempts, error, waits_for, done_at, parked_at FROM inbox"
)
# The tables of which each row is the effect of a command or of a reaction; and the roles, which mandates name.
EFFECTS = {
    "identity": ("contacts", "people", "sessions", "deletions", "dossiers", "revoked_sessions"),
    "delegation": (
        "enterprises",
        "designations",
        "mandates",
        "enterprise_mandates",
        "roles",
        "role_requests",
        "invitations",
        "reachable_people",
        "revoked_sessions",
    ),
    "dossiers": ("dossiers", "steps", "attachments", "mandates", "revoked_sessions"),
    "notifications": ("contacts", "languages", "messages", "deliveries", "revoked_sessions"),
}
# Thousands live in identity's database whom no story tells of.
TOLD_OF = {
    ("identity", "people"): "WHERE language_chosen_at IS NOT NULL",
    ("identity", "sessions"): "WHERE ended_at IS NOT NULL",
}


@dataclass(kw_only=True)
class Holdings:
    """``tables``: {(service, table): rows}. ``parked``: {service: markers of the messages in its parking queue}.
    ``files``: {name in dossiers' store: (digest, size)}. ``errors``: {replica: lines of that level in its log}.
    ``sent``: the deliveries that were logged as sent, each as often. ``deaths``: of replicas that nobody ended."""

    read_at: datetime
    outboxes: dict[str, Rows]
    inboxes: dict[str, Rows]
    commands: dict[str, Rows]
    tables: dict[tuple[str, str], Rows]
    queued: dict[str, int]
    parked: dict[str, list[str]]
    mails: list[Mail]
    files: dict[str, tuple[str, int]]
    errors: dict[str, Lines]
    sent: list[str]
    deaths: list[str]

    @classmethod
    def of(cls, town: Town) -> Holdings:
        rows: dict[tuple[str, str], Rows] = {}
        for service, tables in EFFECTS.items():
            queries = {"outbox": OUTBOX, "inbox": INBOX, "commands": "SELECT * FROM commands"}
            queries |= {table: f"SELECT * FROM {table} {TOLD_OF.get((service, table), '')}" for table in tables}
            read = town.databases.read(service, queries.values())
            rows |= {(service, table): found for table, found in zip(queries, read, strict=True)}
        logs = {replica.name: Log.of(replica.process.log) for replica in town.replicas}
        return cls(
            read_at=datetime.now(UTC),
            outboxes={service: rows[service, "outbox"] for service in WITH_DATABASE},
            inboxes={service: rows[service, "inbox"] for service in WITH_DATABASE},
            commands={service: rows[service, "commands"] for service in WITH_DATABASE},
            tables=rows,
            queued=count_queued(town),
            parked={service: _markers(town, service) for service in WITH_DATABASE},
            mails=list(town.mailbox.arrived),
            files={path.name: _measure(path) for path in (town.directory / "files").glob("??/*")},
            errors={name: log.errors for name, log in logs.items()},
            sent=[delivery for log in logs.values() for delivery in log.sent],
            deaths=[sentence for replica in town.replicas for sentence in replica.deaths],
        )


def _measure(path: Path) -> tuple[str, int]:
    content = path.read_bytes()
    return sha256(content).hexdigest(), len(content)


def count_queued(town: Town) -> dict[str, int]:
    """Messages ready in each queue that must run empty."""
    names = [name(service) for service in WITH_DATABASE for name in (topology.inbox_queue, topology.rpc_queue)]
    with connect(uri_for(town.node, ADMINISTRATOR), "faults") as connection:
        channel = connection.channel()
        return {name: channel.queue_declare(name, passive=True).message_count for name in names}


def _markers(town: Town, service: str) -> list[str]:
    """Of all that is parked; it stays there."""
    with connect(uri_for(town.node, ADMINISTRATOR), "faults") as connection:
        channel = connection.channel()
        found = []
        while (message := channel.basic_get(topology.parking(service))) is not None:
            found.append(str((message.headers or {}).get("marker", f"no marker: {message.headers}")))
        return found
