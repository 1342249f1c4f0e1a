"""A database is restored from a backup, a read model is lost, a listener is new: the listeners are whole again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import tuple_row

from chassis.bus import connect
from chassis.rpc import RpcClient
from chassis.seals import Opener
from chassis.statements import Actor, ServiceCaller, Signer
from contracts.delegation import Delegation
from contracts.events import Sealed
from deploy.embedded.ports import wait_until
from tests.cast import ATELIERS
from tests.support.processes import ServiceProcess, operate

NUMBER = ATELIERS.bce_number
MANDATES = "SELECT mandate_id, person_id, valid_until, revoked_at FROM mandates ORDER BY mandate_id"
DESIGNATIONS = "SELECT designation_id, person_id, language, sealed FROM designations ORDER BY designation_id"
CONTACTS = (
    "SELECT contact_id, person_id, language, address FROM contacts WHERE source = 'designation' ORDER BY contact_id"
)
WRITTEN = "SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM deliveries)"
RETOLD = "SELECT count(*) FROM inbox WHERE type = 'delegation_retold' AND done_at IS NOT NULL"
EPOCHS = "SELECT DISTINCT epoch FROM mandates"


def rows(database_url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database_url, row_factory=tuple_row) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


class Installation:
    """delegation, and its listeners dossiers and notifications in one process."""

    def __init__(self, environment, databases, keys, run_service) -> None:
        self.environment = environment
        self.databases = databases
        self._keys = keys
        self._rpc = RpcClient(environment["AMQP_URI"], "registry")
        self.delegation = run_service("delegation", environment=environment)
        self.listeners = run_service("dossiers", "notifications", environment=environment)

    def __enter__(self):
        self._rpc.start(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._rpc.stop()

    def designate(self, person_id: UUID) -> UUID:
        """The mandate's id."""
        signer = Signer("operator", self._keys.signing_key_file("operator"))
        registry = ServiceCaller(name="registry", scopes=["delegation.register"])
        statement = signer.sign("service", registry, now=datetime.now(UTC), lasts=timedelta(minutes=5))
        delegation = self._rpc.at(Delegation, service=statement, timeout=20)
        delegation.register_enterprise(bce_number=NUMBER, name=ATELIERS.name, state="active", command_id=uuid4())
        mandate = delegation.designate_access_manager(
            bce_number=NUMBER,
            person_id=person_id,
            email=f"{person_id}@example.org",
            language="fr",
            command_id=uuid4(),
        )
        return mandate.mandate_id

    def revoke(self, mandate_id: UUID, *, by: UUID) -> None:
        signer = Signer("identity", self._keys.signing_key_file("identity"))
        actor = Actor(person_id=by, session_id=uuid4(), level=400, roles=[])
        statement = signer.sign("actor", actor, now=datetime.now(UTC), lasts=timedelta(minutes=5))
        delegation = self._rpc.at(Delegation, actor=statement, timeout=20)
        delegation.revoke_mandate(mandate_id=mandate_id, reason="Elle est partie.", command_id=uuid4())

    def restore(self, service: str, backup: str, process: ServiceProcess) -> None:
        self.databases[service] = backup
        for environment in (self.environment, process.environment):
            environment[f"{service.upper()}_DATABASE_URL"] = backup

    def rows(self, service: str, query: str) -> list[tuple[Any, ...]]:
        return rows(self.databases[service], query)

    def is_whole(self) -> bool:
        """The listeners hold what delegation holds, and nothing else."""
        opener = Opener(self._keys.seal_key_file("notifications"))
        designations = [
            (*designation, opener.open(Sealed(sealed))["email"])
            for *designation, sealed in self.rows("delegation", DESIGNATIONS)
        ]
        contacts = self.rows("notifications", CONTACTS)
        return self.rows("delegation", MANDATES) == self.rows("dossiers", MANDATES) and designations == contacts

    def wait_until_whole(self) -> None:
        wait_until(self.is_whole, seconds=60, what="the listeners to hold what delegation holds", every=0.2)


@pytest.fixture
def installation(nothing_waits, service_environment, amqp_uri, database_of, keys, run_service):
    databases = {name: database_of(name) for name in ("delegation", "dossiers", "notifications")}
    environment = service_environment(amqp_uri=amqp_uri, databases=databases)
    with Installation(environment, databases, keys, run_service) as installation:
        yield installation


def test_neighbours_of_a_service_that_was_restored_from_a_backup_believe_what_it_holds(installation, test_databases):
    bernard, chantal, david, elodie = (uuid4() for _ in range(4))
    installation.designate(bernard)
    of_chantal = installation.designate(chantal)
    installation.wait_until_whole()

    installation.delegation.stop()
    backup = test_databases.copy(installation.databases["delegation"])
    installation.delegation.start()

    # What happens after the backup is lost with the database, but the neighbours have heard of it.
    installation.revoke(of_chantal, by=bernard)
    installation.designate(david)
    installation.wait_until_whole()
    assert len(installation.rows("dossiers", MANDATES)) == 3
    written = installation.rows("notifications", WRITTEN)

    installation.delegation.kill()
    installation.restore("delegation", backup, installation.delegation)
    assert operate(installation.environment, "raise-epoch", "delegation") == "delegation: epoch 2\n"
    installation.delegation.start()
    operate(installation.environment, "republish", "delegation")

    installation.wait_until_whole()
    # Chantal's is in force again; David's, which delegation could never revoke, is no more.
    holders = {person_id for _, person_id, _, revoked_at in installation.rows("dossiers", MANDATES) if not revoked_at}
    assert holders == {bernard, chantal}
    assert installation.rows("dossiers", EPOCHS) == [(2,)]
    # Nobody is written to a second time.
    assert installation.rows("notifications", WRITTEN) == written

    installation.designate(elodie)
    installation.revoke(of_chantal, by=elodie)
    installation.wait_until_whole()


def test_a_listener_that_was_restored_hears_again_what_it_had_heard_since_the_backup(installation, test_databases):
    bernard, chantal, david = (uuid4() for _ in range(3))
    installation.designate(bernard)
    of_chantal = installation.designate(chantal)
    installation.wait_until_whole()

    installation.listeners.stop()
    backups = {name: test_databases.copy(installation.databases[name]) for name in installation.listeners.names}
    installation.listeners.start()

    # What they hear now they acknowledge: no queue keeps it.
    installation.revoke(of_chantal, by=bernard)
    installation.designate(david)
    installation.wait_until_whole()

    installation.listeners.kill()
    for name, backup in backups.items():
        installation.restore(name, backup, installation.listeners)
        assert operate(installation.environment, "raise-epoch", name) == f"{name}: epoch 2\n"
    assert not installation.is_whole()
    written = installation.rows("notifications", WRITTEN)
    installation.listeners.start()
    for name in (*backups, "delegation"):
        operate(installation.environment, "republish", name)

    installation.wait_until_whole()
    holders = {person_id for _, person_id, _, revoked_at in installation.rows("dossiers", MANDATES) if not revoked_at}
    assert holders == {bernard, david}
    # Its turn comes when all that was told again has been reacted to.
    wait_until(lambda: installation.rows("notifications", RETOLD) == [(1,)], seconds=60, what="the end of the telling")
    assert installation.rows("notifications", WRITTEN) == written


def test_a_read_model_that_was_dropped_by_mistake_is_whole_after_republish(installation):
    for _ in range(3):
        installation.designate(uuid4())
    installation.wait_until_whole()
    for name, table in (("dossiers", "mandates"), ("notifications", "contacts")):
        with psycopg.connect(installation.databases[name]) as connection:
            connection.execute(f"TRUNCATE {table}")
    assert not installation.is_whole()

    operate(installation.environment, "republish", "delegation")

    installation.wait_until_whole()


def test_a_listener_that_was_added_later_is_whole_after_republish(installation, amqp_uri):
    installation.listeners.kill()
    for _ in range(3):
        installation.designate(uuid4())
    wait_until(
        lambda: rows(installation.databases["delegation"], "SELECT 1 FROM outbox WHERE sent_at IS NULL") == [],
        seconds=60,
        what="all to be sent",
    )
    # Who was not there yet when they were told has no queue that kept them.
    with connect(amqp_uri, "test") as connection:
        for listener in ("dossiers", "notifications"):
            connection.channel().queue_delete(f"{listener}.inbox")
    installation.listeners.start()
    assert not installation.is_whole()

    operate(installation.environment, "republish", "delegation")

    installation.wait_until_whole()
