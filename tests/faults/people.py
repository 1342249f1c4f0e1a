"""Who calls: people who signed in before the run, with statements that the rig signs with the keys of its own town."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg

from chassis.statements import Actor, Decision, ServiceCaller, Signer
from contracts.identifiers import BceNumber, NationalNumber
from contracts.identity import Domicile, PersonFacts
from deploy.embedded.keys import Keys
from services.identity.storage.vault import Vault
from services.identity.tokens import hashed

GIVEN_NAMES = ("Amélie", "Bernard", "Chantal", "David", "Élodie", "Gilles", "Hugo")
LEVEL = 450
# Nothing in a run tells one number from another.
ANYBODYS_NUMBER = NationalNumber("85.07.30-033-28")
NAMUR = Domicile(
    street="Rue de l'Ange",
    house_number="12",
    postal_code="5000",
    commune="Namur",
    nis_code="92094",
    province="Namur",
    read_at=datetime(2026, 11, 1, tzinfo=UTC),
)


@dataclass(frozen=True, kw_only=True)
class Person:
    person_id: UUID
    session_id: UUID
    session_token: str
    given_name: str
    roles: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.person_id}@example.org"


class People:
    """An endless supply, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(f"people {seed}")

    def next(self, *roles: str) -> Person:
        return Person(
            person_id=UUID(int=self._chance.getrandbits(128), version=4),
            session_id=UUID(int=self._chance.getrandbits(128), version=4),
            session_token=f"{self._chance.getrandbits(128):032x}",
            given_name=self._chance.choice(GIVEN_NAMES),
            roles=roles,
        )


def settle_in(database_url: str, people: list[Person], vault: Vault) -> None:
    """In identity's database, as if they had signed in a moment ago."""
    now = datetime.now(UTC)
    with psycopg.connect(database_url) as connection, connection.cursor() as cursor:
        with cursor.copy(
            "COPY person_numbers (person_id, blind_index, key_id, sealed_number, mentioned_at) FROM STDIN"
        ) as rows:
            for person in people:
                number = vault.seal(ANYBODYS_NUMBER, person_id=person.person_id)
                rows.write_row((person.person_id, person.person_id.bytes, number.key_id, number.sealed, now))
        with cursor.copy(
            "COPY people (person_id, given_name, surname, language, first_signed_in_at, signed_in_at, version)"
            " FROM STDIN"
        ) as rows:
            for person in people:
                rows.write_row((person.person_id, person.given_name, "Dubois", "fr", now, now, 1))
        with cursor.copy(
            "COPY sessions (session_id, token_hash, person_id, level, roles, begun_at, last_seen_at, ends_at, version)"
            " FROM STDIN"
        ) as rows:
            for person in people:
                token, ends_at = hashed(person.session_token), now + timedelta(hours=12)
                rows.write_row((person.session_id, token, person.person_id, LEVEL, [], now, now, ends_at, 1))


class Signatures:
    """Statements as identity, delegation and the operator would sign them."""

    def __init__(self, keys: Keys) -> None:
        issuers = ("identity", "delegation", "operator")
        self._signers = {issuer: Signer(issuer, keys.signing_key_file(issuer)) for issuer in issuers}
        self._forger = Signer("identity", keys.signing_key_file("operator"))

    def of(self, person: Person, *, forged: bool = False) -> dict[str, str]:
        """Actor and person; ``forged``: signed with a key that is not identity's."""
        now = datetime.now(UTC)
        actor = Actor(person_id=person.person_id, session_id=person.session_id, level=LEVEL, roles=list(person.roles))
        facts = PersonFacts(
            person_id=person.person_id,
            given_name=person.given_name,
            surname="Dubois",
            domicile=NAMUR,
            confirmed_emails=[f"invited-{person.person_id}@example.org"],
        )
        signer = self._forger if forged else self._signers["identity"]
        lasts = timedelta(minutes=5)
        return {
            "actor": signer.sign("actor", actor, now=now, lasts=lasts),
            "person": signer.sign("person", facts, now=now, lasts=lasts),
        }

    def decision(self, person: Person, bce_number: BceNumber, mandate_id: UUID, procedure: str) -> dict[str, str]:
        decision = Decision(
            person_id=person.person_id,
            bce_number=bce_number,
            permission="dossier.submit",
            procedure=procedure,
            mandate_id=mandate_id,
        )
        signer = self._signers["delegation"]
        return {"decision": signer.sign("decision", decision, now=datetime.now(UTC), lasts=timedelta(seconds=30))}

    def service(self, name: str, *scopes: str) -> dict[str, str]:
        caller = ServiceCaller(name=name, scopes=list(scopes))
        now, lasts = datetime.now(UTC), timedelta(days=1)
        return {"service": self._signers["operator"].sign("service", caller, now=now, lasts=lasts)}


class Enterprises:
    """Numbers with the right check digits, each once."""

    def __init__(self) -> None:
        self._numbers = itertools.count(3_000_000)

    def next(self) -> BceNumber:
        first = f"{next(self._numbers):08}"
        return BceNumber(f"{first}{97 - int(first) % 97:02}")
