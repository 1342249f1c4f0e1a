"""identity with those who listen to it, as its people and an operator meet them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import tuple_row

from chassis.rpc import RpcClient
from chassis.seals import Opener
from contracts.events import Sealed
from contracts.identity import Identity
from deploy.embedded.cast import Person
from deploy.embedded.keys import Keys
from deploy.embedded.ports import wait_until
from tests.integration.identity.outbox import read_outbox
from tests.support.neighbours import Neighbours

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


class ListenedTo:
    """``databases``: also those of the listeners."""

    def __init__(self, environment: dict[str, str], databases: dict[str, str], keys: Keys, csam: Neighbours) -> None:
        self.environment = environment
        self.databases = databases
        self.rpc = RpcClient(environment["AMQP_URI"], "portal")
        self._csam = csam
        self.keys = keys

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
        mail = Opener(self.keys.seal_key_file("notifications")).open(Sealed(asked["sealed"]))
        self._at(service=self.portal_token()).confirm_email(secret=mail["secret"], command_id=uuid4())
        return person_id

    def choose_language(self, person: Person, language: Any) -> None:
        self.sign_in(person)[1].choose_language(language=language, command_id=uuid4())

    def portal_token(self) -> str:
        return Path(self.environment["PORTAL_SERVICE_TOKEN_FILE"]).read_text().strip()

    def rows(self, service: str, query: str) -> set[tuple[Any, ...]]:
        with psycopg.connect(self.databases[service], row_factory=tuple_row) as connection:
            return set(connection.execute(query).fetchall())

    def until(self, service: str, query: str, expected: set[tuple[Any, ...]]) -> None:
        wait_until(lambda: self.rows(service, query) == expected, seconds=60, what=f"{service}: {query}", every=0.2)

    def is_whole(self) -> bool:
        """The listeners hold what identity holds, and nothing else."""
        return all(self.rows("identity", held) == self.rows(*known) for held, known in KEPT)

    def wait_until_whole(self) -> None:
        wait_until(self.is_whole, seconds=60, what="the listeners to hold what identity holds", every=0.2)

    def _at(self, **statements: str) -> Identity:
        return self.rpc.at(Identity, timeout=20, **statements)
