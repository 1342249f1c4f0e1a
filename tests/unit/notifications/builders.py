"""Events and entities as they commonly are; a test shows what matters to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.delegation import (
    AccessManagerDesignated,
    AccessManagerWithdrawn,
    AssignmentsEnded,
    EnterpriseMandateChanged,
    EnterpriseMandated,
    EnterpriseMandateEnded,
    EnterpriseMandateRenewed,
    EnterpriseMandatesExpiring,
    EnterpriseOrphaned,
    EstablishmentLost,
    MandateChanged,
    MandateExpiring,
    MandateRevoked,
    MandatesExpiring,
    MandatesToConfirm,
    PersonInvited,
    RoleGranted,
    RoleRefused,
    RoleRequested,
    RoleRequestExpired,
)
from contracts.dossiers import ComplementRequested, DossierDecided, DossierReassigned, DossierSubmitted
from contracts.events import Event, Sealed
from contracts.identifiers import BceNumber, EstablishmentNumber
from contracts.identity import (
    AccountDeletionAccepted,
    AccountDeletionCancelled,
    AccountDeletionDiscussed,
    AccountDeletionRefused,
    AccountDeletionRequested,
    EmailConfirmationRequested,
    EmailConfirmed,
    EuropeanIdentityContested,
    EuropeanIdentityLinked,
    EuropeanIdentityRefused,
    LanguageChosen,
    PersonErased,
)
from services.notifications.domain.contacts import Contact
from services.notifications.domain.deliveries import Delivery

NOON = datetime(2024, 10, 15, 10, 0, tzinfo=UTC)
PORTAL = "https://mon-espace.example.org"
ATELIERS = BceNumber("0403.019.261")
COMMUNE = BceNumber("0206.731.645")
APPLICANT = UUID("00000000-0000-7000-8000-000000000001")
FIRST_MANAGER = UUID("00000000-0000-7000-8000-000000000002")
SECOND_MANAGER = UUID("00000000-0000-7000-8000-000000000003")
DOSSIER = UUID("00000000-0000-7000-8000-00000000000d")

_SEALED = Sealed("sealed")
_ROLE = {"bce_number": ATELIERS, "enterprise_name": "Ateliers du Hainaut", "role": "contributor"}
_MANDATE = {
    **_ROLE,
    "person_id": APPLICANT,
    "establishment_number": None,
    "permissions": ["dossier.read", "dossier.draft"],
    "procedure_categories": [],
    "valid_from": date(2024, 10, 15),
    "valid_until": date(2029, 10, 14),
    "granted_by": FIRST_MANAGER,
    "role_request_id": uuid4(),
    "invitation_id": None,
    "revoked_at": None,
}
_CHAIN = {
    **_ROLE,
    "enterprise_mandate_id": uuid4(),
    "office_bce_number": COMMUNE,
    "office_name": "Fiduciaire d’Exemple",
    "establishment_number": None,
    "procedure_categories": [],
    "valid_from": date(2024, 10, 15),
    "valid_until": date(2025, 10, 15),
    "granted_by": FIRST_MANAGER,
    "manager_ids": [SECOND_MANAGER],
}
_DOSSIER = {
    "dossier_id": DOSSIER,
    "reference": "ME-2024-000042",
    "procedure": "subside",
    "title": {"fr": "Demande de subside", "nl": "Subsidieaanvraag"},
    "person_id": APPLICANT,
    "bce_number": ATELIERS,
    "state": "submitted",
    "is_late": False,
    "submitted_at": NOON,
    "content_digest": "ab" * 32,
    "claimed_by": None,
    "complement_due_at": None,
    "outcome": None,
}
_DELETION = {"deletion_id": uuid4(), "person_id": APPLICANT, "erases_at": None}
_EUROPEAN = {"identity_id": uuid4(), "country": "DE", "language": "fr", "sealed": _SEALED}
_DEFAULTS: dict[type[Event], dict[str, Any]] = {
    EmailConfirmationRequested: {
        "confirmation_id": uuid4(),
        "person_id": APPLICANT,
        "language": "fr",
        "expires_at": NOON + timedelta(hours=24),
        "sealed": _SEALED,
    },
    EmailConfirmed: {
        "contact_id": uuid4(),
        "person_id": APPLICANT,
        "space": "citizen",
        "language": "fr",
        "sealed": _SEALED,
    },
    LanguageChosen: {"person_id": APPLICANT, "language": "nl"},
    AccountDeletionRequested: _DELETION | {"state": "to_decide"},
    AccountDeletionAccepted: _DELETION | {"state": "accepted", "erases_at": NOON + timedelta(days=30)},
    AccountDeletionRefused: _DELETION | {"state": "refused"},
    AccountDeletionCancelled: _DELETION | {"state": "cancelled"},
    AccountDeletionDiscussed: {
        "message_id": uuid4(),
        "deletion_id": uuid4(),
        "person_id": APPLICANT,
        "language": "fr",
        "sealed": _SEALED,
    },
    EuropeanIdentityLinked: _EUROPEAN | {"person_id": APPLICANT, "is_known": False},
    EuropeanIdentityContested: _EUROPEAN | {"person_id": APPLICANT},
    EuropeanIdentityRefused: _EUROPEAN,
    PersonErased: {"person_id": APPLICANT, "language": "fr", "sealed": _SEALED},
    AccessManagerDesignated: {
        "designation_id": uuid4(),
        "person_id": SECOND_MANAGER,
        "bce_number": ATELIERS,
        "language": "fr",
        "sealed": _SEALED,
    },
    AccessManagerWithdrawn: {
        "designation_id": uuid4(),
        "person_id": FIRST_MANAGER,
        "bce_number": ATELIERS,
        "enterprise_name": _ROLE["enterprise_name"],
        "language": "fr",
        "sealed": _SEALED,
        "withdrawn_at": NOON,
    },
    EnterpriseOrphaned: {
        "bce_number": ATELIERS,
        "enterprise_name": _ROLE["enterprise_name"],
        "holder_ids": [APPLICANT, SECOND_MANAGER],
    },
    EstablishmentLost: {
        "bce_number": ATELIERS,
        "enterprise_name": _ROLE["enterprise_name"],
        "establishment_number": EstablishmentNumber("2134567845"),
        "establishment_name": "Atelier de Mons",
        "became": "closed",
        "holder_ids": [APPLICANT, SECOND_MANAGER],
        "manager_ids": [FIRST_MANAGER, SECOND_MANAGER],
    },
    EnterpriseMandated: _CHAIN,
    EnterpriseMandateRenewed: _CHAIN,
    EnterpriseMandateChanged: {**_CHAIN, "told_bce_number": COMMUNE, "change": "suspended"},
    EnterpriseMandateEnded: {**_CHAIN, "told_bce_number": COMMUNE, "revoked_at": NOON},
    EnterpriseMandatesExpiring: {
        "bce_number": ATELIERS,
        "enterprise_name": _ROLE["enterprise_name"],
        "told_as": "client",
        "count": 2,
        "first_on": date(2024, 11, 14),
        "manager_ids": [FIRST_MANAGER, SECOND_MANAGER],
    },
    AssignmentsEnded: {
        "bce_number": COMMUNE,
        "enterprise_name": _CHAIN["office_name"],
        "person_id": APPLICANT,
        "count": 2,
    },
    RoleRequested: {
        **_ROLE,
        "role_request_id": uuid4(),
        "person_id": APPLICANT,
        "manager_ids": [FIRST_MANAGER, SECOND_MANAGER],
        "requested_at": NOON,
    },
    RoleRefused: {
        **_ROLE,
        "role_request_id": uuid4(),
        "person_id": APPLICANT,
        "reason": "Nous ne vous connaissons pas.",
        "decided_by": FIRST_MANAGER,
        "decided_at": NOON,
    },
    RoleRequestExpired: {**_ROLE, "role_request_id": uuid4(), "person_id": APPLICANT, "requested_at": NOON},
    RoleGranted: {**_MANDATE, "mandate_id": uuid4()},
    MandateChanged: {**_MANDATE, "mandate_id": uuid4(), "change": "renewed"},
    MandateExpiring: {**_MANDATE, "mandate_id": uuid4()},
    MandatesExpiring: {
        "bce_number": ATELIERS,
        "enterprise_name": _ROLE["enterprise_name"],
        "count": 2,
        "first_on": date(2024, 11, 14),
        "manager_ids": [FIRST_MANAGER, SECOND_MANAGER],
    },
    MandatesToConfirm: {
        "bce_number": ATELIERS,
        "enterprise_name": _ROLE["enterprise_name"],
        "count": 2,
        "confirm_by": date(2024, 11, 14),
        "will_suspend": True,
        "manager_ids": [FIRST_MANAGER, SECOND_MANAGER],
    },
    MandateRevoked: {**_MANDATE, "mandate_id": uuid4(), "revoked_at": NOON},
    PersonInvited: {
        **_ROLE,
        "invitation_id": uuid4(),
        "person_id": None,
        "language": "fr",
        "expires_at": NOON + timedelta(days=30),
        "sealed": _SEALED,
    },
    DossierSubmitted: _DOSSIER,
    ComplementRequested: {
        **_DOSSIER,
        "state": "in_treatment",
        "complement_due_at": datetime(2024, 10, 19, 21, 59, 59, tzinfo=UTC),
    },
    DossierReassigned: {**_DOSSIER, "state": "draft", "reference": None, "submitted_at": None, "content_digest": None},
    DossierDecided: {**_DOSSIER, "state": "decided", "outcome": "accepted"},
}
TELLING = tuple(kind for kind in _DEFAULTS if kind not in (EmailConfirmed, LanguageChosen, AccessManagerDesignated))


def an_event(kind: type[Event], **changes: Any) -> Any:
    return kind(**({"version": 1, "occurred_at": NOON} | _DEFAULTS[kind] | changes))


def a_contact(**changes: Any) -> Contact:
    defaults: dict[str, Any] = {
        "contact_id": uuid4(),
        "person_id": APPLICANT,
        "space": "citizen",
        "source": "confirmed",
        "address": "amelie@example.org",
        "language": "fr",
        "told_at": NOON,
    }
    return Contact(**(defaults | changes))


def a_delivery(**changes: Any) -> Delivery:
    defaults: dict[str, Any] = {
        "delivery_id": uuid4(),
        "event_id": uuid4(),
        "recipient": str(APPLICANT),
        "person_id": APPLICANT,
        "kind": "role_granted",
        "space": ATELIERS,
        "facts": {},
        "link": "/entreprises/0403019261",
        "sealed": None,
        "language": None,
        "good_until": None,
        "created_at": NOON,
        "due_at": NOON,
    }
    return Delivery(**(defaults | changes))
