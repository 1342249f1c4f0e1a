"""A person who signed in at least once. Her national number is not here: it rests encrypted, apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.events import ActorFacts
from contracts.identity import Domicile, Language, LanguageChosen, PersonFacts
from services.identity.domain.vouched import RegisterFacts, Vouched


@dataclass(eq=False, kw_only=True)
class Person:
    """``language`` is CSAM's at the first sign-in, until she chooses (``language_chosen_at``)."""

    person_id: UUID
    given_name: str
    surname: str
    csam_email: str | None
    language: Language
    language_chosen_at: datetime | None = None
    birth_on: date | None = None
    domicile: Domicile | None = None
    first_signed_in_at: datetime
    signed_in_at: datetime
    version: int = 1

    @classmethod
    def from_first_sign_in(cls, person_id: UUID, vouched: Vouched, *, now: datetime) -> Person:
        return cls(
            person_id=person_id,
            given_name=vouched.given_name,
            surname=vouched.surname,
            csam_email=vouched.email,
            language=vouched.language,
            first_signed_in_at=now,
            signed_in_at=now,
        )

    def sign_in_again(self, vouched: Vouched, *, now: datetime) -> None:
        self.given_name, self.surname = vouched.given_name, vouched.surname
        self.csam_email = vouched.email
        self.signed_in_at = now
        self.version += 1

    def learn_from_register(self, facts: RegisterFacts) -> None:
        self.birth_on, self.domicile = facts.birth_on, facts.domicile
        self.version += 1

    def choose_language(self, language: Language, *, by: ActorFacts, now: datetime) -> LanguageChosen | None:
        """None when it was her choice already: nothing changed."""
        if self.language_chosen_at is not None and self.language == language:
            return None
        self.language, self.language_chosen_at = language, now
        self.version += 1
        return self.language_chosen(by=by)

    def language_chosen(self, *, by: ActorFacts) -> LanguageChosen:
        assert self.language_chosen_at is not None
        return LanguageChosen(
            person_id=self.person_id,
            language=self.language,
            version=self.version,
            occurred_at=self.language_chosen_at,
            actor=by,
        )

    def facts(self) -> PersonFacts:
        return PersonFacts(
            person_id=self.person_id,
            given_name=self.given_name,
            surname=self.surname,
            domicile=self.domicile,
            birth_on=self.birth_on,
        )
