"""Things of identity with defaults; a test says what matters to it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from contracts.events import ActorFacts, Sealed
from contracts.identifiers import NationalNumber
from contracts.identity import Domicile
from services.identity.domain.contact import CITIZEN, Contact, Link
from services.identity.domain.person import Person
from services.identity.domain.session import Session
from services.identity.domain.sign_in import LASTS, SignIn
from services.identity.domain.vouched import Vouched

NOON = datetime(2024, 10, 1, 12, 0, tzinfo=UTC)
AMELIE = UUID("00000000-0000-4000-8000-000000000001")
NUMBER = NationalNumber("85073003328")
SEALED = Sealed("sealed")
HERSELF = ActorFacts(person_id=AMELIE, level=450)


def an_id(n: int) -> UUID:
    return UUID(int=n)


def hash_of(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def a_vouched(**values: Any) -> Vouched:
    defaults: dict[str, Any] = {
        "national_number": NUMBER,
        "european": None,
        "given_name": "Amélie",
        "surname": "Dubois",
        "email": "amelie@example.org",
        "language": "fr",
        "roles": [],
        "level": 450,
        "means": "itsme",
    }
    return Vouched(**(defaults | values))


def a_domicile(**values: Any) -> Domicile:
    defaults: dict[str, Any] = {
        "street": "Rue de l'Ange",
        "house_number": "12",
        "postal_code": "5000",
        "commune": "Namur",
        "nis_code": "92094",
        "province": "Namur",
        "read_at": NOON,
    }
    return Domicile(**(defaults | values))


def a_person(**values: Any) -> Person:
    person = Person.from_first_sign_in(AMELIE, a_vouched(), now=NOON)
    for name, value in values.items():
        setattr(person, name, value)
    return person


def a_sign_in(**values: Any) -> SignIn:
    defaults: dict[str, Any] = {
        "sign_in_id": an_id(1),
        "state_hash": hash_of("state"),
        "browser_secret_hash": hash_of("browser"),
        "return_to": "/",
        "callback_url": "https://portal.example.org/back",
        "means": None,
        "minimum_level": 100,
        "begun_at": NOON,
        "expires_at": NOON + LASTS,
    }
    return SignIn(**(defaults | values))


def a_session(**values: Any) -> Session:
    defaults: dict[str, Any] = {
        "session_id": an_id(2),
        "token_hash": hash_of("token"),
        "person_id": AMELIE,
        "level": 450,
        "means": "itsme",
        "roles": [],
        "browser": "Firefox",
        "address": "192.0.2.1",
        "now": NOON,
    }
    return Session.begin(**(defaults | values))


def a_contact(**values: Any) -> Contact:
    defaults: dict[str, Any] = {"contact_id": an_id(3), "person_id": AMELIE, "space": CITIZEN}
    return Contact(**(defaults | values))


def a_link(contact: Contact, *, earlier: list[Link] | None = None, **values: Any) -> Link:
    defaults: dict[str, Any] = {
        "email": "amelie@example.org",
        "earlier": earlier or [],
        "confirmation_id": an_id(4 + len(earlier or [])),
        "secret_hash": hash_of("secret"),
        "now": NOON,
    }
    return contact.ask_confirmation(**(defaults | values))
