"""A European identity (eIDAS), and the person to whom it is linked the first time that it is used to sign in.

She gives her Belgian national number, an e-mail address and a telephone number (reference text 003). The number is
believed when the National Register knows it with the same date of birth and a surname in common. One identity belongs
to one number and one number to one identity: who gives one that is linked to another waits until an agent has decided.
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
    NumberNotHers,
    OwnConflict,
)
from services.identity.domain.vouched import RegisterFacts

# Letters that are no letter with an accent, and how registers of other countries write those that have one.
_LETTERS: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "a", "œ": "o", "þ": "th", "ð": "d", "ı": "i"})
_ALIKE: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))
# Words that half of a country shares make nobody the same.
_PARTICLES: Final = frozenset(
    (
        *("af", "al", "and", "av", "ben", "bin", "da", "das", "de", "dei", "del", "della", "den", "der", "des", "di"),
        *("do", "dos", "du", "el", "en", "la", "las", "le", "les", "los", "op", "san", "st", "ten", "ter", "the"),
        *("tot", "van", "vande", "vanden", "vander", "ver", "vom", "von", "za", "zu", "zum", "zur"),
    )
)


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
        """Raises NumberNotHers: who is linked to a number has no other."""
        self._require_free(person_id)
        self._reach("linked", person_id, now)
        self.email, self.telephone = email, telephone

    def contest(self, person_id: UUID, *, email: str, telephone: str, now: datetime) -> None:
        """The number is linked to another identity. Raises NumberNotHers."""
        self._require_free(person_id)
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

    def linked(self, *, sealed: Sealed, is_known: bool, by: ActorFacts) -> EuropeanIdentityLinked:
        assert self.person_id is not None
        assert self.changed_at is not None
        return EuropeanIdentityLinked(
            identity_id=self.identity_id,
            person_id=self.person_id,
            country=self.country,
            language=self.language,
            sealed=sealed,
            is_known=is_known,
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

    def _require_free(self, person_id: UUID) -> None:
        if self.state == "linked" and self.person_id != person_id:
            raise NumberNotHers()

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
    bare = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
    for written, alike in _ALIKE:
        letters = letters.replace(written, alike)
    return set(re.findall(r"[^\W_]{2,}", letters)) - _PARTICLES
