"""Answers of the other services as the portal gets them, with defaults; and a stand-in at the RPC client's boundary."""

from __future__ import annotations

import typing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from contracts.delegation import Address, EnterpriseAccess, EstablishmentView, RoleRequestView
from contracts.dossiers import (
    AttachmentView,
    ComplementView,
    DossierSummary,
    DossierView,
    ProcedureSummary,
    StepView,
)
from contracts.errors import Refusal
from contracts.identifiers import BceNumber, EstablishmentNumber
from contracts.identity import Means, Presence
from contracts.notifications import MessageView
from tests.unit.portal.form_builders import a_form

NOON = datetime(2024, 10, 15, 12, tzinfo=UTC)
AMELIE = UUID("00000000-0000-7000-8000-00000000000a")
ATELIERS = BceNumber("0403.019.261")
AT_MONS, AT_TOURNAI = EstablishmentNumber("2134567845"), EstablishmentNumber("2234567818")
DOSSIER = UUID("00000000-0000-7000-8000-0000000000d0")


@dataclass(frozen=True)
class Asked:
    """One call that reached the bus: ``statements`` are what vouched for it."""

    method: str
    arguments: dict[str, Any]
    statements: dict[str, str]


class RecordingRpc:
    """Stands where ``chassis.rpc.RpcClient`` does. ``answers["request_role"] = …``: an answer, a refusal to raise, or a
    list of those, given one after the other."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[Asked] = []

    def at(self, protocol: type[Any], *, timeout: float = 5.0, **statements: str) -> Any:
        rpc = self

        class Neighbour:
            def __getattr__(self, method: str) -> Any:
                # A method that the contract does not have is a mistake of the portal.
                getattr(protocol, method)
                return lambda **arguments: rpc._answer(method, arguments, statements)

        return Neighbour()

    def calls(self, method: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.method == method]

    def _answer(self, method: str, arguments: dict[str, Any], statements: dict[str, str]) -> Any:
        self.asked.append(Asked(method, arguments, statements))
        answer = self.answers.get(method)
        if isinstance(answer, list) and answer and isinstance(answer[0], (Refusal, tuple)):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Refusal):
            raise answer
        return answer[0] if isinstance(answer, tuple) else answer


def a_presence(**facts: Any) -> Presence:
    return Presence(
        **{
            "actor_statement": "actor-1",
            "person_id": AMELIE,
            "session_id": uuid4(),
            "given_name": "Amélie",
            "surname": "Dubois",
            "language": "fr",
            "level": 400,
            "roles": [],
            "citizen_space": "open",
            "notices_to_show": [],
            "erases_at": None,
        }
        | facts
    )


def all_means(**available: bool) -> list[Means]:
    levels = {"eid": 500, "itsme": 400, "email": 200, "sms": 350, "app": 350, "eidas": 400}
    return [
        Means(name=typing.cast(Any, name), level=level, available=available.get(name, True))
        for name, level in levels.items()
    ]


def a_procedure(**facts: Any) -> ProcedureSummary:
    return ProcedureSummary(
        **{
            "slug": "prime-investissement",
            "audiences": ["professional"],
            "title": {"fr": "Demande de prime à l’investissement"},
            "summary": {"fr": "Obtenir une aide pour un investissement."},
            "opens_at": datetime(2024, 1, 1, tzinfo=UTC),
            "closes_at": None,
            "is_open": True,
            "minimum_level": 350,
            "category": "economy",
        }
        | facts
    )


def an_establishment(number: EstablishmentNumber = AT_MONS, **facts: Any) -> EstablishmentView:
    return EstablishmentView(
        **{
            "establishment_number": number,
            "bce_number": ATELIERS,
            "name": "Atelier de Mons",
            "address": Address(street_fr="Rue de la Clé", house_number="1", municipality_fr="Mons"),
            "state": "open",
        }
        | facts
    )


def an_access(**facts: Any) -> EnterpriseAccess:
    return EnterpriseAccess(
        **{
            "bce_number": ATELIERS,
            "name": "Ateliers du Hainaut",
            "roles": ["contributor"],
            "permissions": ["dossier.read", "dossier.draft", "dossier.submit"],
        }
        | facts
    )


def a_role_request(**facts: Any) -> RoleRequestView:
    return RoleRequestView(
        **{
            "role_request_id": uuid4(),
            "person_id": AMELIE,
            "requester_name": "Amélie Dubois",
            "bce_number": ATELIERS,
            "enterprise_name": "Ateliers du Hainaut",
            "role": "contributor",
            "message": "",
            "state": "open",
            "requested_at": NOON,
            "expires_at": NOON + timedelta(days=30),
            "decided_at": None,
            "reason": None,
            "managers_without_address": 0,
        }
        | facts
    )


def a_dossier(**facts: Any) -> DossierView:
    return DossierView(
        **{
            "dossier_id": DOSSIER,
            "reference": None,
            "procedure": "prime-investissement",
            "procedure_version": 1,
            "title": {"fr": "Demande de prime à l’investissement"},
            "bce_number": None,
            "state": "draft",
            "form": a_form(),
            "answers": {},
            "attachments": [],
            "complements": [],
            "history": [],
            "declaration_id": None,
            "may": ["edit", "validate"],
            "late": False,
            "is_late": False,
            "late_since": None,
            "submitted_at": None,
            "content_digest": None,
            "claimed_by": None,
            "outcome": None,
            "motivation": None,
            "updated_at": NOON,
            "category": "economy",
            "expires_at": None,
        }
        | facts
    )


def a_dossier_summary(**facts: Any) -> DossierSummary:
    return DossierSummary(
        **{
            "dossier_id": DOSSIER,
            "reference": "ME-2024-000123-45",
            "procedure": "prime-investissement",
            "title": {"fr": "Demande de prime à l’investissement"},
            "bce_number": None,
            "state": "submitted",
            "must_act": False,
            "is_late": False,
            "updated_at": NOON,
            "submitted_at": NOON,
        }
        | facts
    )


def a_submitted_dossier(**facts: Any) -> DossierView:
    history = [StepView(verb="submitted", at=NOON, by="user")]
    return a_dossier(
        **{
            "reference": "ME-2024-000123-45",
            "state": "submitted",
            "may": [],
            "submitted_at": NOON,
            "content_digest": "ab" * 32,
            "history": history,
        }
        | facts
    )


def a_file(heading: str = "quote", **facts: Any) -> AttachmentView:
    return AttachmentView(
        **{
            "attachment_id": uuid4(),
            "heading": heading,
            "file_name": "devis.pdf",
            "media_type": "application/pdf",
            "size": 34_000,
            "sha256": "cd" * 32,
            "added_at": NOON,
            "complement_id": None,
        }
        | facts
    )


def a_complement(**facts: Any) -> ComplementView:
    return ComplementView(
        **{
            "complement_id": uuid4(),
            "elements": ["Le devis signé"],
            "message": "Le devis n’est pas signé.",
            "due_at": datetime(2024, 10, 25, 21, 59, 59, tzinfo=UTC),
            "state": "open",
            "asked_at": NOON,
            "answered_at": None,
            "answer": None,
        }
        | facts
    )


def a_message(kind: str) -> MessageView:
    facts = {
        "enterprise_name": "Ateliers du Hainaut",
        "bce_number": str(ATELIERS),
        "role": "signatory",
        "valid_until": "2029-10-14",
        "reference": "ME-2024-000001-23",
        "title": "Prime",
        "title_fr": "Prime",
        "submitted_at": NOON.isoformat(),
    }
    return MessageView(
        message_id=uuid4(), kind=kind, facts=facts, link="/dossiers", bce_number=None, created_at=NOON, is_read=False
    )
