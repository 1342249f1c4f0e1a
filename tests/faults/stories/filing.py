"""A dossier from its first answer to the decision."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import requests

from contracts.identifiers import BceNumber
from tests.faults.client import Client
from tests.faults.people import Person
from tests.integration.dossiers.content import GRANT, TAX, a_pdf, digest

# A declaration is drawn as PDF: this takes longer.
LONG_TIMEOUT = 20.0


def file_for_oneself(client: Client, person: Person) -> None:
    answers = {
        "roll_article": "1234567890",
        "sent_on": str(datetime.now(UTC).date() - timedelta(days=10)),
        "reasons": "Le revenu cadastral est trop élevé.",
        "sworn_true": True,
    }
    started = client.as_person(person, "start_draft", service="dossiers", procedure=TAX, bce_number=None)
    _fill_in(client, person, started["dossier_id"], answers, heading="notice")
    client.as_person(
        person,
        "submit_dossier",
        "dossier_submitted",
        service="dossiers",
        dossier_id=started["dossier_id"],
        late_confirmed=False,
    )
    _treat(client, person, started["dossier_id"], outcome="accepted")


def file_for_an_enterprise(client: Client, person: Person, bce_number: BceNumber, mandate_id: UUID) -> None:
    """By a signatory; dossiers has to hear of his mandate first."""
    answers = {
        "contact_email": person.email,
        "kind": "equipment",
        "description": "Une presse.",
        "amount": "12500",
        "starts_on": str(datetime.now(UTC).date() + timedelta(days=30)),
        "sworn_true": True,
    }
    started = client.as_person(
        person,
        "start_draft",
        service="dossiers",
        also_passing=("not_found",),
        procedure=GRANT,
        bce_number=bce_number,
    )
    _fill_in(client, person, started["dossier_id"], answers, heading="quote")

    def statements() -> dict[str, str]:
        signatures = client.town.signatures
        return signatures.of(person) | signatures.decision(person, bce_number, mandate_id, "economy")

    client.with_statements(
        person,
        statements,
        "submit_dossier",
        "dossier_submitted",
        service="dossiers",
        dossier_id=started["dossier_id"],
        late_confirmed=False,
    )
    _treat(client, person, started["dossier_id"], outcome="granted")


def _fill_in(client: Client, person: Person, dossier_id: str, answers: dict[str, Any], *, heading: str) -> None:
    on_dossier: dict[str, Any] = {"service": "dossiers", "dossier_id": dossier_id}
    client.as_person(person, "save_draft", answers=answers, **on_dossier)
    _upload(client, person, heading=heading, **on_dossier)
    client.as_person(person, "validate_draft", timeout=LONG_TIMEOUT, **on_dossier)


def _upload(client: Client, person: Person, **where: Any) -> None:
    """The ticket's address is that of one replica: when that one is away, the command repeated gets another's."""
    content = a_pdf(where["dossier_id"])
    ticket = client.as_person(
        person,
        "begin_upload",
        remembered=False,
        complement_id=None,
        file_name="piece.pdf",
        size=len(content),
        sha256=digest(content),
        **where,
    )
    while not _put(ticket["url"], content):
        client.ledger.count("attempt upload failed")
        client.pause(client.chance.uniform(0.1, 0.5))
        ticket = client.ask_again()


def _put(url: str, content: bytes) -> bool:
    try:
        return requests.put(url, data=content, timeout=LONG_TIMEOUT).status_code == 204
    except requests.RequestException:
        return False


def _treat(client: Client, person: Person, dossier_id: str, *, outcome: str) -> None:
    """By one agent, who may ask for more before he decides."""
    agent = client.chance.choice(client.town.agents)
    on_dossier: dict[str, Any] = {"service": "dossiers", "dossier_id": dossier_id}
    client.as_person(agent, "claim_dossier", "dossier_claimed", **on_dossier)
    if client.chance.random() < 0.5:
        asked = client.as_person(
            agent,
            "request_complement",
            "complement_requested",
            elements=["Un second devis"],
            message="Il nous manque une pièce.",
            due_on=datetime.now(UTC).date() + timedelta(days=30),
            **on_dossier,
        )
        client.as_person(
            person,
            "answer_complement",
            "complement_answered",
            complement_id=asked["complements"][-1]["complement_id"],
            answer="Il n'y en a pas d'autre.",
            **on_dossier,
        )
    client.as_person(
        agent, "decide_dossier", "dossier_decided", outcome=outcome, motivation="Tout y est.", **on_dossier
    )
