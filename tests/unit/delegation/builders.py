"""Entities with sensible defaults, so that a test shows only what matters to it."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from contracts.delegation import NO_END
from contracts.events import Sealed
from contracts.identifiers import BceNumber
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.designations import Designation
from services.delegation.domain.enterprises import Enterprise
from services.delegation.domain.invitations import Invitation
from services.delegation.domain.mandates import Mandate
from services.delegation.domain.role_requests import RoleRequest
from services.delegation.domain.roles import Role
from services.delegation.domain.terms import INVITATION_LASTS

NOON = datetime(2024, 10, 15, 10, 0, tzinfo=UTC)
TODAY = date(2024, 10, 15)

ATELIERS = BceNumber("0403019261")
COMMUNE = BceNumber("0206731645")

_numbers = itertools.count(1)


def an_id() -> UUID:
    return UUID(int=next(_numbers))


AMELIE, BERNARD, CHANTAL, DAVID, ELODIE, GILLES = (an_id() for _ in range(6))

ACCESS_MANAGER = Role(
    name="access_manager",
    position=1,
    permissions=["dossier.read", "dossier.draft", "dossier.submit", "dossier.sign", "mandate.manage"],
)
SIGNATORY = Role(
    name="signatory", position=2, permissions=["dossier.read", "dossier.draft", "dossier.submit", "dossier.sign"]
)
CONTRIBUTOR = Role(name="contributor", position=3, permissions=["dossier.read", "dossier.draft"])
READER = Role(name="reader", position=4, permissions=["dossier.read"])


def an_enterprise(**differently: Any) -> Enterprise:
    facts: dict[str, Any] = {
        "bce_number": ATELIERS,
        "name": "Ateliers du Hainaut",
        "state": "active",
        "registered_at": NOON,
    }
    return Enterprise(**facts | differently)


def a_mandate(**differently: Any) -> Mandate:
    """David's, as reader, for the year that began today."""
    facts: dict[str, Any] = {
        "mandate_id": an_id(),
        "enterprise": an_enterprise(),
        "role": READER,
        "person_id": DAVID,
        "person_name": "David Lambert",
        "valid_from": TODAY,
        "valid_until": date(2025, 10, 15),
        "granted_by": BERNARD,
        "granted_at": NOON,
    }
    return Mandate(**facts | differently)


def a_managing_mandate(person_id: UUID = BERNARD, **differently: Any) -> Mandate:
    facts: dict[str, Any] = {
        "person_id": person_id,
        "person_name": None,
        "role": ACCESS_MANAGER,
        "valid_until": NO_END,
        "granted_by": None,
    }
    return a_mandate(**facts | differently)


def managers(*person_ids: UUID, now: datetime = NOON) -> AccessManagers:
    return AccessManagers([a_managing_mandate(person_id) for person_id in person_ids], now=now)


def a_role_request(**differently: Any) -> RoleRequest:
    """Amélie's, to be signatory of the Ateliers."""
    facts: dict[str, Any] = {
        "role_request_id": an_id(),
        "enterprise": an_enterprise(),
        "role": SIGNATORY,
        "person_id": AMELIE,
        "requester_name": "Amélie Dubois",
        "message": "Je reprends les dossiers.",
        "manager_ids": [BERNARD, CHANTAL],
        "managers_without_address": 0,
        "requested_at": NOON,
    }
    return RoleRequest(**facts | differently)


def an_invitation(**differently: Any) -> Invitation:
    """Bernard's, by link, to be contributor of the Ateliers."""
    facts: dict[str, Any] = {
        "invitation_id": an_id(),
        "enterprise": an_enterprise(),
        "role": CONTRIBUTOR,
        "invited_by": BERNARD,
        "invited_at": NOON,
        "expires_at": NOON + INVITATION_LASTS,
        "valid_until": None,
        "language": "fr",
        "person_id": None,
        "secret_hash": "hash",
        "sealed": Sealed("sealed"),
    }
    return Invitation(**facts | differently)


def an_invitation_to(person_id: UUID, **differently: Any) -> Invitation:
    facts: dict[str, Any] = {"person_id": person_id, "secret_hash": None, "sealed": None}
    return an_invitation(**facts | differently)


def a_designation(**differently: Any) -> Designation:
    facts: dict[str, Any] = {
        "designation_id": an_id(),
        "enterprise": an_enterprise(),
        "person_id": CHANTAL,
        "language": "fr",
        "sealed": Sealed("sealed"),
        "designated_at": NOON,
    }
    return Designation(**facts | differently)
