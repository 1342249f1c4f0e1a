"""What is filed: procedures, answers, files; and the mandates that delegation announces."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pypdf import PdfWriter

from contracts.delegation import MandateRevoked, RoleGranted
from tests.unit.dossiers.builders import ATELIERS, NOON

ELECTION = "reclamation-elections-locales-2024"
GRANT = "prime-investissement"
TAX = "contester-precompte-immobilier"

GRANT_ANSWERS = {
    "contact_email": "amelie@example.org",
    "kind": "equipment",
    "description": "Une presse.",
    "amount": "12 500",
    "starts_on": "2024-12-01",
    "sworn_true": True,
}
ALL = ["dossier.read", "dossier.draft", "dossier.submit"]


def a_pdf(text: str = "Réclamation", *, size: int = 0) -> bytes:
    """A real PDF, different for each text; ``size``: at least so many bytes."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": text + "x" * size})
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def a_grant(person_id: UUID, *, kind: type[RoleGranted | MandateRevoked] = RoleGranted, **given: Any) -> Any:
    facts: dict[str, Any] = {
        "version": 1,
        "occurred_at": NOON,
        "mandate_id": uuid4(),
        "person_id": person_id,
        "bce_number": ATELIERS,
        "enterprise_name": "Ateliers du Hainaut",
        "establishment_number": None,
        "role": "contributor",
        "permissions": ALL,
        "procedure_categories": [],
        "valid_from": date(2024, 1, 1),
        "valid_until": date(2028, 12, 31),
        "granted_by": uuid4(),
        "role_request_id": None,
        "invitation_id": None,
        "revoked_at": None,
    }
    return kind(**(facts | given))
