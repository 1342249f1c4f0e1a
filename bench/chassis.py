"""What a service on the chassis needs to run in a benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from bench.ground import Ground
from chassis import migrate
from chassis.statements import Actor, Signer
from contracts.identity import PersonFacts
from deploy.embedded.ports import free_port

LASTS = timedelta(minutes=5)


def migrated_database(ground: Ground, name: str, service: str = "delegation") -> str:
    """With the tables of outbox and inbox as a real service's migrations make them."""
    url = ground.database(name)
    migrate.upgrade(service, url)
    return url


def environment(ground: Ground, service: str, database_url: str, **more: str) -> tuple[dict[str, str], str]:
    """The settings of a service by its upper-case name, and the address of its health."""
    port = free_port()
    shared = {
        "ENVIRONMENT": "development",
        "AMQP_URI": ground.amqp_uri,
        "STATEMENT_KEYS_FILE": str(ground.keys.statement_keys_file),
        "SEALING_KEYS_FILE": str(ground.keys.sealing_keys_file),
    }
    own: Mapping[str, str] = {
        f"{service}_DATABASE_URL": database_url,
        f"{service}_HTTP_PORT": str(port),
        f"{service}_AUDIT_KEY_FILE": str(ground.keys.audit_key_file(service.lower())),
    }
    return {**shared, **own, **more}, f"http://127.0.0.1:{port}"


def delegation_environment(ground: Ground, database_url: str) -> tuple[dict[str, str], str]:
    return environment(
        ground,
        "DELEGATION",
        database_url,
        DELEGATION_SIGNING_KEY_FILE=str(ground.keys.signing_key_file("delegation")),
        DELEGATION_ADDRESS_KEY_FILE=str(ground.keys.secret_file("delegation-address-key")),
    )


def actor_statement(ground: Ground, person_id: UUID) -> str:
    """Holds for five minutes, the longest there is."""
    signer = Signer("identity", ground.keys.signing_key_file("identity"))
    actor = Actor(person_id=person_id, session_id=uuid4(), level=400, roles=[])
    return signer.sign("actor", actor, now=datetime.now(UTC), lasts=LASTS)


def person_statement(ground: Ground, person_id: UUID) -> str:
    signer = Signer("identity", ground.keys.signing_key_file("identity"))
    facts = PersonFacts(person_id=person_id, given_name="Amélie", surname="Dubois", domicile=None)
    return signer.sign("person", facts, now=datetime.now(UTC), lasts=LASTS)
