"""What others vouch for: the identity provider at a sign-in, the National Register about a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contracts.identifiers import NationalNumber
from contracts.identity import Domicile, Language, MeansName


@dataclass(frozen=True, kw_only=True)
class European:
    """A person as her own country knows her: the minimum data set of Implementing Regulation (EU) 2015/1501, beside
    her names. ``identifier``: DE/BE/…, of her country for ours; ``country``: its first part."""

    identifier: str
    birth_on: date

    @property
    def country(self) -> str:
        return self.identifier[:2]


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """A verified answer of the identity provider. ``level``: FAS assurance level, 100 to 500. ``national_number``: None
    for a European identity whose number the provider does not know. ``means``: None where the provider does not say."""

    national_number: NationalNumber | None
    european: European | None
    given_name: str
    surname: str
    email: str | None
    language: Language
    roles: list[str]
    level: int
    means: MeansName | None


@dataclass(frozen=True, kw_only=True)
class RegisterAnswer:
    """``facts``: None when it was away, or does not know the person."""

    is_away: bool
    facts: RegisterFacts | None = None


@dataclass(frozen=True, kw_only=True)
class RegisterFacts:
    """What the National Register says of a person; ``domicile`` is None for who has none in Belgium."""

    surname: str
    birth_on: date | None
    domicile: Domicile | None
