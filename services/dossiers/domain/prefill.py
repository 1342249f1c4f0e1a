"""Where prefilled answers come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contracts.errors import Unavailable
from contracts.identifiers import BceNumber, EstablishmentNumber
from contracts.identity import Domicile, PersonFacts
from services.dossiers.domain.procedure import Procedure

ENTERPRISE_NAME = "enterprise.name"


@dataclass(frozen=True, kw_only=True)
class Enterprise:
    """``establishment_number``: the one of its establishments that a dossier is for; None: itself as a whole."""

    bce_number: BceNumber
    name: str
    establishment_number: EstablishmentNumber | None = None


def prefill(
    procedure: Procedure, *, person: PersonFacts, enterprise: Enterprise | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(locked values, first answers that may be changed). Raises Unavailable where a required locked one is unknown."""
    locked: dict[str, Any] = {}
    answers: dict[str, Any] = {}
    for field in procedure.fields():
        if field.prefill is None:
            continue
        value = SOURCES[field.prefill](person, enterprise)
        if field.locked == "always" and field.is_required and value is None:
            raise Unavailable(part="national_register", field=field.name)
        if field.locked == "always" or (field.locked == "when_known" and value is not None):
            locked[field.name] = value
        elif value is not None:
            answers[field.name] = value
    return locked, answers


def _domicile(read: Callable[[Domicile], str]) -> Callable[[PersonFacts, Enterprise | None], str | None]:
    return lambda person, enterprise: (read(person.domicile) or None) if person.domicile else None


def _enterprise(read: Callable[[Enterprise], str | None]) -> Callable[[PersonFacts, Enterprise | None], str | None]:
    return lambda person, enterprise: read(enterprise) if enterprise else None


def _dotted(number: EstablishmentNumber | None) -> str | None:
    return number.dotted if number else None


SOURCES: dict[str, Callable[[PersonFacts, Enterprise | None], str | None]] = {
    "person.given_name": lambda person, enterprise: person.given_name or None,
    "person.surname": lambda person, enterprise: person.surname or None,
    "person.full_name": lambda person, enterprise: person.full_name or None,
    "person.domicile.street": _domicile(lambda domicile: domicile.street),
    "person.domicile.house_number": _domicile(lambda domicile: domicile.house_number),
    "person.domicile.postal_code": _domicile(lambda domicile: domicile.postal_code),
    "person.domicile.commune": _domicile(lambda domicile: domicile.commune),
    "person.domicile.nis_code": _domicile(lambda domicile: domicile.nis_code),
    "person.domicile.province": _domicile(lambda domicile: domicile.province),
    "person.domicile.address": _domicile(
        lambda at: f"{at.street} {at.house_number}".strip() + f", {at.postal_code} {at.commune}"
    ),
    "enterprise.bce_number": _enterprise(lambda enterprise: enterprise.bce_number.dotted),
    ENTERPRISE_NAME: _enterprise(lambda enterprise: enterprise.name),
    "enterprise.establishment_number": _enterprise(lambda enterprise: _dotted(enterprise.establishment_number)),
}
