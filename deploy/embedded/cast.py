"""The sample people and enterprises of ``cast.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import yaml

from contracts.identifiers import BceNumber, NationalNumber
from contracts.identity import Language, MeansName

FILE = Path(__file__).with_name("cast.yaml")


@dataclass(frozen=True, kw_only=True)
class Domicile:
    street: str
    house_number: str
    postal_code: str
    commune: str
    nis_code: str
    province: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """``means``: those activated at CSAM. ``roles``: of CSAM's claim. ``story``: his part, as the stand-in shows it.
    ``european_identifier``: of eIDAS, for whom CSAM knows by it and not by the national number."""

    key: str
    national_number: NationalNumber
    given_name: str
    surname: str
    language: Language
    means: list[MeansName]
    roles: list[str]
    domicile: Domicile
    story: str
    european_identifier: str | None = None

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.surname}"

    @property
    def birth_on(self) -> date:
        year, month, day = (int(self.national_number[at : at + 2]) for at in (0, 2, 4))
        # Of a bis number the month is higher by 20 or 40.
        return date((2000 if year < 24 else 1900) + year, month % 20, day)


@dataclass(frozen=True, kw_only=True)
class Enterprise:
    """``access_managers``: keys of people."""

    key: str
    bce_number: BceNumber
    name: str
    access_managers: list[str]


@dataclass(frozen=True, kw_only=True)
class Cast:
    """``means``: the level of FAS that each gives."""

    means: dict[MeansName, int]
    people: dict[str, Person]
    enterprises: dict[str, Enterprise]


def load() -> Cast:
    told = yaml.safe_load(FILE.read_text())
    return Cast(
        means=told["means"],
        people={key: _person(key, facts) for key, facts in told["people"].items()},
        enterprises={key: _enterprise(key, facts) for key, facts in told["enterprises"].items()},
    )


def _person(key: str, facts: dict[str, Any]) -> Person:
    read = {
        "national_number": NationalNumber.parse(facts["national_number"]),
        "domicile": Domicile(**facts["domicile"]),
    }
    return Person(key=key, **cast(Any, {"roles": []} | facts | read))


def _enterprise(key: str, facts: dict[str, Any]) -> Enterprise:
    return Enterprise(key=key, **cast(Any, facts | {"bce_number": BceNumber.parse(facts["bce_number"])}))
