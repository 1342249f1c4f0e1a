"""What identity answers of a person's account, with defaults."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from contracts.identity import AccountDeletion, AccountDeletionCase, AccountDeletionOutlook, SessionView
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
