"""What identity answers of a person's account, with defaults."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from contracts.identity import (
    AccountDeletion,
    AccountDeletionCase,
    AccountDeletionOutlook,
    Domicile,
    EuropeanConflict,
    Profile,
    SessionView,
)
from tests.unit.portal.builders import AMELIE, NOON

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


def a_session(**facts: Any) -> SessionView:
    defaults: dict[str, Any] = {
        "session_id": uuid4(),
        "means": "itsme",
        "level": 450,
        "begun_at": NOON,
        "last_seen_at": NOON,
        "ends_at": NOON + timedelta(hours=12),
        "browser": FIREFOX,
        "address": "192.0.2.1",
        "is_this": False,
    }
    return SessionView(**(defaults | facts))


def a_deletion(**facts: Any) -> AccountDeletion:
    defaults: dict[str, Any] = {
        "deletion_id": uuid4(),
        "person_id": AMELIE,
        "state": "to_decide",
        "reason": "Je pars à l’étranger.",
        "open_dossiers": 1,
        "asked_at": NOON,
        "erases_at": None,
        "decision_reason": "",
    }
    return AccountDeletion(**(defaults | facts))


def an_outlook(**facts: Any) -> AccountDeletionOutlook:
    defaults: dict[str, Any] = {"is_education_staff": False, "open_dossiers": 0, "current": None}
    return AccountDeletionOutlook(**(defaults | facts))


def a_deletion_case(**facts: Any) -> AccountDeletionCase:
    defaults: dict[str, Any] = {
        "deletion": a_deletion(),
        "given_name": "Amélie",
        "surname": "Dubois",
        "email": "a@example.org",
    }
    return AccountDeletionCase(**(defaults | facts))


def an_act(**facts: Any) -> dict[str, Any]:
    """As the audit trail tells it."""
    act = {"at": NOON.isoformat(), "action": "looked_at_dossier", "subject": "dossier:1", "actor": str(uuid4())}
    return act | facts


def a_conflict(**facts: Any) -> EuropeanConflict:
    defaults: dict[str, Any] = {
        "identity_id": uuid4(),
        "person_id": AMELIE,
        "given_name": "Hanna",
        "surname": "Hoffmann",
        "birth_on": date(1984, 3, 12),
        "country": "AT",
        "email": "hanna@example.org",
        "telephone": "+43 1 234567",
        "contested_at": NOON,
        "other_given_name": "Johanna",
        "other_surname": "Hoffmann",
        "other_country": "DE",
        "other_email": "johanna@example.org",
        "other_telephone": "+49 151 23456789",
        "linked_at": NOON,
    }
    return EuropeanConflict(**(defaults | facts))


def a_profile(*, awaiting_email: str | None = "nouvelle@example.org") -> Profile:
    domicile = Domicile(
        street="Rue de l’Ange",
        house_number="12",
        postal_code="5000",
        commune="Namur",
        nis_code="92094",
        province="Namur",
        read_at=NOON,
    )
    return Profile(
        european=None,
        person_id=AMELIE,
        given_name="Amélie",
        surname="Dubois",
        national_number="85073003328",
        csam_email="amelie@example.org",
        private_email=None,
        awaiting_email=awaiting_email,
        language="fr",
        domicile=domicile,
        register_read_at=None,
        is_register_away=False,
    )
