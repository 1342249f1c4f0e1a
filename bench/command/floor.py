"""The statements that delegation makes for a request, by psycopg, behind py-amqp; what is announced is sent on too.

They are those of PostgreSQL's statement log of delegation, in its order: the first counts how often somebody asks, the
others are one transaction.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import threading
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import amqp
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from uuid_utils.compat import uuid7

from bench import load
from bench.command.office import asking
from bench.events.floor import ANNOUNCE, Relay
from bench.rpc.floor import EXCHANGE, Client, connect
from bench.verbs import choose, ready

QUEUE = "bench-command-floor"
# As many as delegation has connections with its database.
AT_ONCE = 10

COUNT = (
    "INSERT INTO attempts (key, count, ends_at) VALUES (%s, 1, %s) "
    "ON CONFLICT (key) DO UPDATE SET count = attempts.count + 1 RETURNING count"
)
REMEMBER = (
    "INSERT INTO commands (caller, command, command_id, digest, done_at) VALUES (%s, 'request_role', %s, %s, %s) "
    "ON CONFLICT DO NOTHING RETURNING command_id"
)
ENTERPRISE = "SELECT bce_number, name, state, registered_at, version FROM enterprises WHERE bce_number = %s FOR SHARE"
_MANDATE = """
SELECT m.mandate_id, m.bce_number, m.role_name, m.person_id, m.person_name, m.valid_from, m.valid_until, m.granted_by,
       m.granted_at, m.designation_id, m.role_request_id, m.invitation_id, m.revoked_at, m.revoked_by,
       m.revocation_reason, m.version, e.bce_number, e.name, e.state, e.registered_at, e.version, r.name, r.position,
       r.permissions,
       (SELECT u.name FROM establishments u WHERE u.establishment_number = m.establishment_number),
       (SELECT CASE WHEN u.bce_number != m.bce_number THEN 'moved' WHEN u.state = 'closed' THEN 'closed' END
          FROM establishments u WHERE u.establishment_number = m.establishment_number)
    FROM mandates m JOIN enterprises e ON e.bce_number = m.bce_number JOIN roles r ON r.name = m.role_name
"""
MANAGERS = (
    f"{_MANDATE} WHERE m.bce_number = %s AND m.revoked_at IS NULL AND m.role_name IN "
    "(SELECT name FROM roles WHERE permissions @> '{mandate.manage}') ORDER BY m.granted_at, m.mandate_id"
)
OVER = """
SELECT q.role_request_id, q.bce_number, q.role_name, q.person_id, q.requester_name, q.message, q.manager_ids,
       q.managers_without_address, q.requested_at, q.state, q.decided_by, q.decided_at, q.reason, q.version,
       q.resent_at, q.times_resent, e.bce_number, e.name, e.state, e.registered_at, e.version, r.name, r.position,
       r.permissions
    FROM role_requests q JOIN enterprises e ON e.bce_number = q.bce_number JOIN roles r ON r.name = q.role_name
    WHERE q.bce_number = %s AND q.person_id = %s AND q.role_name = %s AND q.state = 'open' AND q.requested_at <= %s
    FOR UPDATE OF q
"""
ROLE = "SELECT name, position, permissions FROM roles WHERE name = %s"
HELD = f"{_MANDATE} WHERE m.person_id = %s AND m.bce_number = %s"
REACHABLE = (
    "SELECT person_id FROM designations WHERE bce_number = %s AND person_id = ANY(%s) AND sealed IS NOT NULL "
    "UNION SELECT person_id FROM reachable_people WHERE person_id = ANY(%s)"
)
REQUEST = (
    "INSERT INTO role_requests (role_request_id, bce_number, role_name, person_id, requester_name, message, "
    "manager_ids, managers_without_address, requested_at, state, version) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'open', 1)"
)
AUDIT = "INSERT INTO audit_acts (act_id, content, salt, commitment, signature) VALUES (%s, %s::jsonb, %s, %s, %s)"
AUDIT_KEY = Ed25519PrivateKey.generate()
ANSWERED = "UPDATE commands SET answer = %s::jsonb WHERE caller = %s AND command = 'request_role' AND command_id = %s"


def request_role(database: psycopg.Connection[Any], asked: dict[str, str]) -> dict[str, Any]:
    bce_number, person_id, now = asked["bce_number"], UUID(asked["person_id"]), datetime.now(UTC)
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    tries = hashlib.sha256(f"{now.date()} {person_id}".encode()).digest()
    database.execute(COUNT, [tries, now + timedelta(days=1)]).fetchone()
    with database.transaction():
        database.execute(REMEMBER, [asked["person_id"], UUID(asked["command_id"]), digest, now]).fetchone()
        enterprise = database.execute(ENTERPRISE, [bce_number]).fetchone()
        assert enterprise is not None
        manager_ids = [row[3] for row in database.execute(MANAGERS, [bce_number]).fetchall()]
        database.execute(OVER, [bce_number, person_id, asked["role"], now - timedelta(days=30)]).fetchall()
        database.execute(ROLE, [asked["role"]]).fetchone()
        database.execute(HELD, [person_id, bce_number]).fetchall()
        reachable = database.execute(REACHABLE, [bce_number, manager_ids, manager_ids]).fetchall()
        role_request_id, unreachable = uuid7(), len(manager_ids) - len(reachable)
        stored = [role_request_id, bce_number, asked["role"], person_id, asked["requester_name"], asked["message"]]
        database.execute(REQUEST, [*stored, manager_ids, unreachable, now])
        answer = {
            "role_request_id": str(role_request_id),
            "person_id": asked["person_id"],
            "requester_name": asked["requester_name"],
            "bce_number": bce_number,
            "enterprise_name": enterprise[1],
            "role": asked["role"],
            "message": asked["message"],
            "state": "open",
            "requested_at": now.isoformat(),
            "expires_at": (now + timedelta(days=30)).isoformat(),
            "decided_at": None,
            "reason": None,
            "managers_without_address": unreachable,
        }
        actor = {"person_id": asked["person_id"], "mandate_id": None, "level": 400, "service": None}
        event = answer | {"version": 1, "occurred_at": now.isoformat(), "actor": actor}
        event["manager_ids"] = [str(manager_id) for manager_id in manager_ids]
        announced = [uuid7(), "role_requested", str(role_request_id), json.dumps(event), now]
        database.execute(ANNOUNCE, announced)
        database.execute(AUDIT, _act(asked, event, role_request_id))
        database.execute(ANSWERED, [json.dumps(answer), asked["person_id"], UUID(asked["command_id"])])
    return answer


def _act(asked: dict[str, str], event: dict[str, Any], role_request_id: UUID) -> list[Any]:
    """As the audit trail keeps it, with the commitment to it and the signature."""
    content = {
        "at": event["occurred_at"],
        "action": "role_requested",
        "subject": f"role_request:{role_request_id}",
        "party": asked["person_id"],
        "enterprise": asked["bce_number"],
        "actor": asked["person_id"],
        "level": 400,
    }
    told, salt = json.dumps(content, sort_keys=True), secrets.token_bytes(16)
    act_id, commitment = uuid7(), hashlib.sha256(salt + told.encode()).digest()
    return [act_id, told, salt, commitment, AUDIT_KEY.sign(act_id.bytes + commitment)]


def serve(amqp_uri: str, database_url: str) -> None:
    relay = Relay(amqp_uri, database_url)
    connection = connect(amqp_uri)
    channel = connection.channel()
    channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
    channel.queue_declare(QUEUE, durable=True, auto_delete=False)
    channel.queue_bind(QUEUE, EXCHANGE, QUEUE)
    for _ in range(AT_ONCE):
        threading.Thread(target=_serve_one, args=(amqp_uri, database_url, relay.wake)).start()
    ready()


def _serve_one(amqp_uri: str, database_url: str, wake: Callable[[], None]) -> None:
    """One request at a time, with connections of its own: py-amqp's are not for several threads."""
    try:
        database = psycopg.connect(database_url, autocommit=True)
        connection = connect(amqp_uri)
        channel = connection.channel()
        channel.basic_qos(0, 1, False)

        def answer(request: amqp.Message) -> None:
            body = json.dumps({"result": request_role(database, json.loads(request.body)), "error": None})
            wake()
            properties = request.properties
            reply = amqp.Message(body, correlation_id=properties["correlation_id"], delivery_mode=1)
            channel.basic_publish(reply, EXCHANGE, properties["reply_to"])
            channel.basic_ack(request.delivery_tag)

        channel.basic_consume(QUEUE, callback=answer)
        while True:
            connection.drain_events()
    except Exception:
        traceback.print_exc()
        os._exit(1)


def call(amqp_uri: str, person_ids: list[str], seconds: float, count: int) -> dict[str, Any]:
    client = Client(amqp_uri, QUEUE)
    ask = asking(person_ids)

    def request() -> dict[str, Any]:
        person_id, asked = ask()
        return asked | {"person_id": person_id, "requester_name": "Amélie Dubois"}

    for _ in range(50):
        client.call(request())
    began = time.process_time()
    told = {
        "one": load.one_at_a_time(lambda: client.call(request()), seconds),
        "many": client.many(request, count, seconds),
    }
    return told | {"spent": load.spent_since(began, told)}


if __name__ == "__main__":
    choose(serve=serve, call=call)
