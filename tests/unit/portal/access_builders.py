"""Roles, invitations and mandates of offices as delegation shows them, with defaults."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from contracts.delegation import NO_END, EnterpriseMandateView, InvitationView, MandateView
from contracts.identifiers import BceNumber
from tests.unit.portal.builders import AMELIE, ATELIERS, NOON

OFFICE = BceNumber("0206.731.645")
MANDATE, CHAIN = uuid4(), uuid4()
UNTIL = date(2025, 10, 15)


def an_invitation(**facts: object) -> InvitationView:
    return InvitationView(
        **{  # type: ignore[arg-type]
            "invitation_id": uuid4(),
            "bce_number": ATELIERS,
            "enterprise_name": "Ateliers du Hainaut",
            "role": "reader",
            "state": "open",
            "invited_at": NOON,
            "expires_at": NOON,
        }
        | facts
    )


def a_mandate(mandate_id: UUID = MANDATE, **facts: object) -> MandateView:
    return MandateView(
        **{  # type: ignore[arg-type]
            "mandate_id": mandate_id,
            "person_id": AMELIE,
            "person_name": "Amélie Dubois",
            "bce_number": ATELIERS,
            "role": "reader",
            "permissions": ["dossier.read"],
            "valid_from": NOON.date(),
            "valid_until": NO_END,
            "state": "active",
        }
        | facts
    )


def a_chain(**facts: Any) -> EnterpriseMandateView:
    return EnterpriseMandateView(
        **{
            "enterprise_mandate_id": CHAIN,
            "bce_number": ATELIERS,
            "enterprise_name": "Ateliers du Hainaut",
            "office_bce_number": OFFICE,
            "office_name": "Fiduciaire d’Exemple",
            "role": "signatory",
            "establishment_number": None,
            "procedure_categories": ["taxes"],
            "valid_from": date(2024, 10, 15),
            "valid_until": UNTIL,
            "state": "active",
            "people": [a_mandate(person_name="David Lambert", via_bce_number=OFFICE)],
        }
        | facts
    )


def as_office(**facts: Any) -> EnterpriseMandateView:
    """Seen from the other side: the Ateliers act for another."""
    turned = {"bce_number": OFFICE, "office_bce_number": ATELIERS}
    return a_chain(**turned | {"enterprise_name": "Fiduciaire d’Exemple", "office_name": "Ateliers du Hainaut"} | facts)
