"""What a person chooses for herself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from contracts.identity import Language
from services.identity.storage import IdentityWork


def choose_language(work: IdentityWork, *, person_id: UUID, language: Language, now: datetime) -> None:
    with work:
        chosen = work.people.get(person_id).choose_language(language, by=work.actor_facts, now=now)
        if chosen is not None:
            work.announce(chosen)


def acknowledge_notice(work: IdentityWork, *, person_id: UUID, notice: str, now: datetime) -> None:
    with work:
        work.acknowledgements.add(person_id, notice, now=now)
        work.record("acknowledge_notice", subject=f"notice:{notice}", party=person_id)
