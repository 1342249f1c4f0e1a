"""Procedures, people and dossiers with sensible defaults, so that a test shows only what matters to it."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from contracts import wire
from contracts.errors import Refusal
from contracts.identifiers import BceNumber, EstablishmentNumber
from contracts.identity import Domicile, PersonFacts
from services.dossiers.domain.access import Asker, Mandate, Permit
from services.dossiers.domain.calendar import BRUSSELS
from services.dossiers.domain.dossier import Dossier
from services.dossiers.domain.form import Form
from services.dossiers.domain.parts import DECLARATION, Attachment, By
from services.dossiers.domain.prefill import Enterprise
from services.dossiers.domain.procedure import PDF, Procedure
from services.dossiers.publish import read_procedure
from services.dossiers.publish.publishing import SHIPPED

NOON = datetime(2024, 10, 15, 10, 0, tzinfo=UTC)
TODAY = date(2024, 10, 15)
ATELIERS = BceNumber("0403019261")
OTHER_ENTERPRISE = BceNumber("0206731645")
AT_MONS, AT_TOURNAI = EstablishmentNumber("2134567845"), EstablishmentNumber("2234567818")

_numbers = itertools.count(1)


def an_id() -> UUID:
    return UUID(int=next(_numbers))


AMELIE, DAVID, HUGO, GILLES, FABIENNE, GERARD = (an_id() for _ in range(6))

NAMUR = Domicile(
    street="Rue de l'Ange",
    house_number="12",
    postal_code="5000",
    commune="Namur",
    nis_code="92094",
    province="Namur",
    read_at=NOON,
)


def brussels(text: str) -> datetime:
    """``brussels("2024-10-21 23:59:59")``"""
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS).astimezone(UTC)


def code_of(refusal: type[Refusal]) -> str:
    return refusal.code


def text(french: str) -> dict[str, str]:
    return {"fr": french}


def a_field(name: str = "subject", **given: Any) -> dict[str, Any]:
    return {"name": name, "type": "text", "label": text(name), **given}


def a_choice(value: str, **given: Any) -> dict[str, Any]:
    return {"value": value, "label": text(value), **given}


def is_(field: str, *values: Any) -> dict[str, Any]:
    return {"field": field, "equals": list(values)}


def a_procedure(*fields: dict[str, Any], **given: Any) -> Procedure:
    """One section with these fields, open to citizens, no attachment, no term."""
    content: dict[str, Any] = {
        "slug": "demande",
        "title": text("Demande"),
        "summary": text("Une demande"),
        "audiences": ["citizen"],
        "category": "general",
        "opens_at": "2024-01-01T00:00:00+01:00",
        "minimum_level": 100,
        "sections": [{"name": "all", "title": text("Tout"), "fields": list(fields) or [a_field(required=True)]}],
        "outcomes": [{"value": "granted", "label": text("Accordé")}, {"value": "refused", "label": text("Refusé")}],
        "version": 1,
    }
    return wire.load(Procedure, content | given)


@functools.cache
def shipped(slug: str) -> Procedure:
    return read_procedure(Path(SHIPPED / f"{slug}.yaml"))


def the_election() -> Procedure:
    return shipped("reclamation-elections-locales-2024")


def the_grant() -> Procedure:
    return shipped("prime-investissement")


def a_form(
    *fields: dict[str, Any], answers: Mapping[str, Any] | None = None, locked: Mapping[str, Any] | None = None
) -> Form:
    return Form(a_procedure(*fields), answers or {}, locked or {})


def a_person(person_id: UUID = AMELIE, *, domicile: Domicile | None = NAMUR) -> PersonFacts:
    return PersonFacts(person_id=person_id, given_name="Amélie", surname="Dubois", domicile=domicile)


def by(person_id: UUID = AMELIE, *, level: int = 450) -> By:
    return By(person_id=person_id, level=level)


def by_agent(person_id: UUID = FABIENNE) -> By:
    return By(person_id=person_id, level=450, side="administration")


def a_mandate(person_id: UUID = AMELIE, **given: Any) -> Mandate:
    return Mandate(
        **{
            "mandate_id": an_id(),
            "person_id": person_id,
            "bce_number": ATELIERS,
            "permissions": ["dossier.read", "dossier.draft", "dossier.submit"],
            "procedure_categories": [],
            "valid_from": date(2024, 1, 1),
            "valid_until": date(2028, 12, 31),
            "revoked_at": None,
            **given,
        }
    )


def a_reader(person_id: UUID = DAVID, **given: Any) -> Asker:
    return an_asker(person_id, a_mandate(person_id, permissions=["dossier.read"]), **given)


def a_permit(**given: Any) -> Permit:
    facts: dict[str, Any] = {
        "bce_number": ATELIERS,
        "permission": "dossier.submit",
        "procedure": None,
        "mandate_id": an_id(),
    }
    return Permit(**(facts | given))


def an_asker(person_id: UUID = AMELIE, *mandates: Mandate, **given: Any) -> Asker:
    facts: dict[str, Any] = {"level": 450, "is_agent": False, "today": TODAY}
    return Asker(person_id=person_id, mandates=mandates, **(facts | given))


def an_agent(person_id: UUID = FABIENNE) -> Asker:
    return an_asker(person_id, is_agent=True)


def an_attachment(heading: str = "claim", **given: Any) -> Attachment:
    facts: dict[str, Any] = {
        "attachment_id": an_id(),
        "heading": heading,
        "file_name": "reclamation.pdf",
        "media_type": PDF,
        "size": 1000,
        "sha256": "ab" * 32,
        "added_at": NOON,
        "added_by": AMELIE,
    }
    return Attachment(**(facts | given))


def a_draft(definition: Procedure | None = None, *, person: PersonFacts | None = None, **given: Any) -> Dossier:
    """Begun at NOON, or ``now``; for ``bce_number``, and ``establishment_number`` of it."""
    person = person or a_person()
    bce_number: BceNumber | None = given.pop("bce_number", None)
    number: EstablishmentNumber | None = given.pop("establishment_number", None)
    enterprise = bce_number and Enterprise(
        bce_number=bce_number, name="Ateliers du Hainaut", establishment_number=number
    )
    return Dossier.start(
        definition or a_procedure(),
        dossier_id=an_id(),
        by=By(person_id=person.person_id, level=500),
        person=person,
        enterprise=enterprise or None,
        now=given.pop("now", NOON),
    )


def validated(dossier: Dossier, *, now: datetime = NOON) -> Dossier:
    dossier.validate(an_attachment(DECLARATION, added_by=None), by=by(dossier.person_id), now=now)
    return dossier


def submitted(dossier: Dossier | None = None, *, now: datetime = NOON, late_confirmed: bool = False) -> Dossier:
    if dossier is None:
        dossier = a_draft()
        dossier.save({"subject": "Bonjour"}, now=now)
    if dossier.declaration_id is None:
        validated(dossier, now=now)
    dossier.submit(
        by=by(dossier.person_id, level=500), reference="ME-2024-000001-00", late_confirmed=late_confirmed, now=now
    )
    dossier.open_complement_at_submission(complement_id=an_id(), now=now)
    return dossier


def in_treatment(dossier: Dossier | None = None, *, agent: UUID = FABIENNE, now: datetime = NOON) -> Dossier:
    dossier = dossier or submitted(now=now)
    dossier.claim(by=by_agent(agent), now=now)
    return dossier


COMMUNAL = {
    "election": "communal",
    "electoral_list": "Liste 3",
    "pieces": "complete",
    "sworn_candidate": True,
    "sworn_true": True,
}


def an_election_draft(*, domicile: Domicile = NAMUR, now: datetime = NOON, **answers: Any) -> Dossier:
    """Filled in and complete, for the communal election of the person's commune."""
    dossier = a_draft(the_election(), person=a_person(HUGO, domicile=domicile), now=now)
    dossier.save(COMMUNAL | answers, now=now)
    dossier.attach(an_attachment("claim"), now=now)
    return dossier


def days(number: int) -> timedelta:
    return timedelta(days=number)
