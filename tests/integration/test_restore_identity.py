"""identity is restored from a backup: those who keep what it told, delegation and notifications, hold what it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import tuple_row

from chassis.rpc import RpcClient
from chassis.seals import Opener
from contracts.events import Sealed
from contracts.identity import Identity
from deploy.embedded.cast import Person
from deploy.embedded.keys import Keys
from deploy.embedded.ports import wait_until
from tests.cast import AMELIE, BERNARD, HUGO
from tests.integration.identity.outbox import read_outbox
from tests.support.neighbours import Neighbours
from tests.support.processes import operate

# What identity holds, and where its listeners keep what they heard of it.
KEPT = [
    (
        "SELECT contact_id, person_id, email FROM contacts WHERE email IS NOT NULL",
        ("notifications", "SELECT contact_id, person_id, address FROM contacts WHERE source = 'confirmed'"),
    ),
    (
        "SELECT person_id FROM contacts WHERE email IS NOT NULL",
        ("delegation", "SELECT person_id FROM reachable_people"),
    ),
    (
        "SELECT person_id, language FROM people WHERE language_chosen_at IS NOT NULL",
        ("notifications", "SELECT person_id, language FROM languages"),
    ),
    *(
        (
            "SELECT session_id FROM sessions WHERE ended_at IS NOT NULL",
            (listener, "SELECT session_id FROM revoked_sessions"),
        )
        for listener in ("delegation", "notifications")
    ),
]
# What its listeners know by its announcements alone.
READ_MODELS = [
    ("notifications", "contacts"),
    ("notifications", "languages"),
    ("notifications", "revoked_sessions"),
    ("delegation", "reachable_people"),
    ("delegation", "revoked_sessions"),
]
WRITTEN = "SELECT event_id, recipient FROM deliveries"


class Installation:
    """identity, and its listeners in one process."""

    def __init__(self, environment: dict[str, str], databases: dict[str, str], keys: Keys, csam: Neighbours) -> None:
        self.environment = environment
        self.databases = databases
        self.rpc = RpcClient(environment["AMQP_URI"], "portal")
        self._csam = csam
        self._keys = keys

    def sign_in(self, person: Person) -> tuple[UUID, Identity]:
        portal = self._at(service=self.portal_token())
        begun = portal.begin_sign_in(
            return_to="/",
            callback_url=f"{self._csam.portal_url}/back",
            means="itsme",
            minimum_level=0,
            command_id=uuid4(),
        )
        back = self._csam.choose(begun.authorization_url, person, "itsme")
        signed_in = portal.complete_sign_in(**back, browser_secret=begun.browser_secret, command_id=uuid4())
        presence = portal.present_session(session_token=signed_in.session_token)
        self.session_token = signed_in.session_token
        return presence.person_id, self._at(actor=presence.actor_statement)

    def sign_out(self) -> None:
        """Who signed in last."""
        self._at(service=self.portal_token()).sign_out(session_token=self.session_token, command_id=uuid4())

    def open_space(self, person: Person) -> UUID:
        """With an e-mail address that is confirmed by the link of the mail."""
        person_id, identity = self.sign_in(person)
        identity.create_citizen_space(email=person.email, command_id=uuid4())
        asked = read_outbox(self.environment, "email_confirmation_requested", person_id)[-1]
        mail = Opener(self._keys.seal_key_file("notifications")).open(Sealed(asked["sealed"]))
        self._at(service=self.portal_token()).confirm_email(secret=mail["secret"], command_id=uuid4())
        return person_id

    def choose_language(self, person: Person, language: Any) -> None:
        self.sign_in(person)[1].choose_language(language=language, command_id=uuid4())

    def portal_token(self) -> str:
        return Path(self.environment["PORTAL_SERVICE_TOKEN_FILE"]).read_text().strip()

    def rows(self, service: str, query: str) -> set[tuple[Any, ...]]:
        with psycopg.connect(self.databases[service], row_factory=tuple_row) as connection:
            return set(connection.execute(query).fetchall())

    def is_whole(self) -> bool:
        """The listeners hold what identity holds, and nothing else."""
        return all(self.rows("identity", held) == self.rows(*known) for held, known in KEPT)

    def wait_until_whole(self) -> None:
        wait_until(self.is_whole, seconds=60, what="the listeners to hold what identity holds", every=0.2)

    def _at(self, **statements: str) -> Identity:
        return self.rpc.at(Identity, timeout=20, **statements)


@pytest.fixture
def installation(nothing_waits, service_environment, amqp_uri, database_of, keys, neighbours):
    databases = {name: database_of(name) for name in ("identity", "delegation", "notifications")}
    environment = service_environment(amqp_uri=amqp_uri, databases=databases, ports=neighbours.ports)
    installation = Installation(environment, databases, keys, neighbours)
    installation.rpc.start(60)
    yield installation
    installation.rpc.stop()


def test_neighbours_of_a_restored_identity_believe_what_it_holds_and_write_to_nobody(
    installation, run_service, test_databases
):
    identity = run_service("identity", environment=installation.environment)
    run_service("delegation", "notifications", environment=installation.environment)
    amelie = installation.open_space(AMELIE)
    bernard = installation.open_space(BERNARD)
    installation.choose_language(AMELIE, "nl")
    installation.wait_until_whole()

    identity.stop()
    backup = test_databases.copy(installation.databases["identity"])
    identity.start()

    # What happens after the backup is lost with the database, but the neighbours have heard of it.
    hugo = installation.open_space(HUGO)
    installation.choose_language(AMELIE, "de")
    installation.choose_language(BERNARD, "en")
    installation.wait_until_whole()
    assert installation.rows("notifications", "SELECT person_id FROM contacts") == {(amelie,), (bernard,), (hugo,)}
    written = installation.rows("notifications", WRITTEN)
    assert len(written) == 3

    identity.kill()
    installation.databases["identity"] = backup
    installation.environment["IDENTITY_DATABASE_URL"] = backup
    identity.environment["IDENTITY_DATABASE_URL"] = backup
    assert operate(installation.environment, "raise-epoch", "identity") == "identity: epoch 2\n"
    identity.start()
    operate(installation.environment, "republish", "identity")

    installation.wait_until_whole()
    assert installation.rows("delegation", "SELECT person_id FROM reachable_people") == {(amelie,), (bernard,)}
    assert installation.rows("notifications", "SELECT person_id, language FROM languages") == {(amelie, "nl")}
    assert installation.rows("notifications", WRITTEN) == written

    # And life goes on: what is newer than the backup is believed, though its versions are those of before.
    installation.choose_language(AMELIE, "fr")
    installation.open_space(HUGO)
    installation.wait_until_whole()
    assert len(installation.rows("notifications", "SELECT person_id FROM contacts")) == 3


def test_read_models_that_were_dropped_by_mistake_are_whole_after_republish(installation, run_service):
    run_service("identity", environment=installation.environment)
    run_service("delegation", "notifications", environment=installation.environment)
    installation.open_space(AMELIE)
    installation.open_space(BERNARD)
    installation.choose_language(AMELIE, "nl")
    installation.sign_out()
    installation.wait_until_whole()
    written = installation.rows("notifications", WRITTEN)
    for name, table in READ_MODELS:
        with psycopg.connect(installation.databases[name]) as connection:
            dropped = connection.execute(f"DELETE FROM {table}").rowcount
        assert dropped > 0, table
    assert not installation.is_whole()

    operate(installation.environment, "republish", "identity")

    installation.wait_until_whole()
    assert installation.rows("notifications", WRITTEN) == written
