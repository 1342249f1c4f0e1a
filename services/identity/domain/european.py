"""A European identity (eIDAS), and the person to whom it is linked the first time that it is used to sign in.

She gives her Belgian national number, an e-mail address and a telephone number (reference text 003). The number is
believed when the National Register knows it with the same date of birth and surname. One identity belongs to one number
and one number to one identity: who gives a number that is linked to another waits until an agent has decided.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from contracts.events import ActorFacts, Sealed
from contracts.identity import (
    EuropeanIdentityContested,
    EuropeanIdentityLinked,
    EuropeanIdentityRefused,
    EuropeanState,
    Language,
    NoConflict,
    OwnConflict,
)
from services.identity.domain.vouched import RegisterFacts

# How registers of other countries write what Belgium's may write as one letter.
_ALIKE: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))


@dataclass(eq=False, kw_only=True)
class EuropeanIdentity:
    """Its identifier rests as a blind index only. ``person_id``: whose number was given; she is linked to it only in
    the state "linked". ``email``, ``telephone``: as given with the number."""

    identity_id: UUID
    identifier_index: bytes
    country: str
    given_name: str
    surname: str
    birth_on: date
    language: Language
    seen_at: datetime
    state: EuropeanState = "unlinked"
    person_id: UUID | None = None
    email: str | None = None
    telephone: str | None = None
    changed_at: datetime | None = None
    decided_by: UUID | None = None
    decision_reason: str = ""
    version: int = 1

    def is_of(self, facts: RegisterFacts | None) -> bool:
        """Is this who the National Register knows by the number?"""
        return (
            facts is not None
            and facts.birth_on == self.birth_on
            and not _words(facts.surname).isdisjoint(_words(self.surname))
        )

    def link(self, person_id: UUID, *, email: str, telephone: str, now: datetime) -> None:
        self._reach("linked", person_id, now)
        self.email, self.telephone = email, telephone

    def contest(self, person_id: UUID, *, email: str, telephone: str, now: datetime) -> None:
        """The number is linked to another identity."""
        self._reach("contested", person_id, now)
        self.email, self.telephone = email, telephone

    def accept(self, *, by: UUID, reason: str, now: datetime) -> None:
        """An agent: the number is hers, and no more the other identity's."""
        self._decide(by, reason)
        self._reach("linked", self.person_id, now)

    def refuse(self, *, by: UUID, reason: str, now: datetime) -> None:
        self._decide(by, reason)
        self._reach("unlinked", None, now)

    def give_way(self, *, now: datetime) -> None:
        """An agent found that the number belongs to another identity."""
        self._reach("unlinked", None, now)

    def linked(self, *, sealed: Sealed, by: ActorFacts) -> EuropeanIdentityLinked:
        assert self.person_id is not None
        assert self.changed_at is not None
        return EuropeanIdentityLinked(
            identity_id=self.identity_id,
            person_id=self.person_id,
            country=self.country,
            language=self.language,
            sealed=sealed,
            version=self.version,
            occurred_at=self.changed_at,
            actor=by,
        )

    def contested(self, *, language: Language, sealed: Sealed, by: ActorFacts) -> EuropeanIdentityContested:
        assert self.person_id is not None
        assert self.changed_at is not None
        return EuropeanIdentityContested(
            identity_id=self.identity_id,
            person_id=self.person_id,
            country=self.country,
            language=language,
            sealed=sealed,
            version=self.version,
            occurred_at=self.changed_at,
            actor=by,
        )

    def refused(self, *, sealed: Sealed, by: ActorFacts) -> EuropeanIdentityRefused:
        assert self.changed_at is not None
        return EuropeanIdentityRefused(
            identity_id=self.identity_id,
            country=self.country,
            language=self.language,
            sealed=sealed,
            version=self.version,
            occurred_at=self.changed_at,
            actor=by,
        )

    def _decide(self, by: UUID, reason: str) -> None:
        if self.state != "contested":
            raise NoConflict()
        if by == self.person_id:
            raise OwnConflict()
        self.decided_by, self.decision_reason = by, reason

    def _reach(self, state: EuropeanState, person_id: UUID | None, now: datetime) -> None:
        self.state, self.person_id, self.changed_at = state, person_id, now
        self.version += 1


def _words(name: str) -> set[str]:
    """Those of a name, however they are written: registers differ in accents, hyphens and second surnames."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
    for written, alike in _ALIKE:
        letters = letters.replace(written, alike)
    return set(re.findall(r"[^\W_]{2,}", letters))
