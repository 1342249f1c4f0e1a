"""A person who signed in at least once. Her national number is not here: it rests encrypted, apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from contracts.events import ActorFacts
from contracts.identity import Domicile, Language, LanguageChosen, PersonFacts
from services.identity.domain.deletion import EDUCATION_STAFF
from services.identity.domain.vouched import RegisterAnswer, Vouched

READ_AGAIN_AFTER: Final = timedelta(hours=24)
ASKED_AGAIN_AFTER: Final = timedelta(minutes=10)


@dataclass(eq=False, kw_only=True)
class Person:
    """``language`` is CSAM's at the first sign-in, until she chooses (``language_chosen_at``). The National Register
    was last asked at ``register_asked_at``, and answered at ``register_read_at``: what it said then holds meanwhile.
    ``is_in_register``: whether it then knew her; None before it first answered.
    ``is_education_staff``: by CSAM's roles at her last sign-in; whom agents name is told by ``EducationStaff``."""

    person_id: UUID
    given_name: str
    surname: str
    csam_email: str | None
    language: Language
    language_chosen_at: datetime | None = None
    birth_on: date | None = None
    domicile: Domicile | None = None
    register_asked_at: datetime | None = None
    register_read_at: datetime | None = None
    is_in_register: bool | None = None
    first_signed_in_at: datetime
    signed_in_at: datetime
    is_education_staff: bool = False
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
            is_education_staff=EDUCATION_STAFF in vouched.roles,
        )

    def sign_in_again(self, vouched: Vouched, *, now: datetime) -> None:
        self.given_name, self.surname = vouched.given_name, vouched.surname
        self.csam_email = vouched.email
        self.signed_in_at = now
        self.is_education_staff = EDUCATION_STAFF in vouched.roles
        self.version += 1

    @property
    def is_register_away(self) -> bool:
        """It gave no answer when it was last asked."""
        return self.register_asked_at is not None and self.register_asked_at != self.register_read_at

    def is_register_due(self, now: datetime) -> bool:
        if self.register_asked_at is None:
            return True
        return now - self.register_asked_at >= (ASKED_AGAIN_AFTER if self.is_register_away else READ_AGAIN_AFTER)

    def learn_from_register(self, answer: RegisterAnswer, *, now: datetime) -> None:
        """Where it says nothing, what it said before stays."""
        self.register_asked_at = now
        if not answer.is_away:
            self.register_read_at = now
            self.is_in_register = answer.facts is not None
        if answer.facts is not None:
            self.birth_on, self.domicile = answer.facts.birth_on, answer.facts.domicile
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

    def facts(self, *, confirmed_emails: list[str]) -> PersonFacts:
        return PersonFacts(
            person_id=self.person_id,
            given_name=self.given_name,
            surname=self.surname,
            domicile=self.domicile,
            birth_on=self.birth_on,
            confirmed_emails=confirmed_emails,
        )
