"""Deletions of accounts, as people and agents bring them about, on the house."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.dossiers import DossierDecided, DossierState, DossierSubmitted
from contracts.identifiers import BceNumber
from contracts.identity import (
    AccountDeletionOutlook,
)
from services.identity import commands, queries, reactions
from services.identity.domain.deletion import Deletion
from tests.cast import FABIENNE
from tests.integration.identity.house import House

ADDRESS = "amelie.privee@example.org"


class Deletions:
    """What people and agents do, on the house."""

    def __init__(self, house: House) -> None:
        self.house = house

    def ask(self, person_id: UUID, *, reason: str = "", roles: tuple[str, ...] = ()) -> Deletion:
        return commands.request_account_deletion(
            self.house.work(), person_id=person_id, roles=roles, reason=reason, now=self.house.now
        )

    def cancel(self, person_id: UUID) -> Deletion:
        return commands.cancel_account_deletion(self.house.work(), person_id=person_id, now=self.house.now)

    def decide(self, deletion: Deletion, *, accept: bool, by: UUID) -> Deletion:
        return commands.decide_account_deletion(
            self.house.work(),
            deletion_id=deletion.deletion_id,
            accept=accept,
            reason="because",
            by=by,
            now=self.house.now,
        )

    def outlook(self, person_id: UUID, *roles: str) -> AccountDeletionOutlook:
        return queries.get_account_deletion(self.house.work(), person_id=person_id, roles=roles)

    def carry_out(self) -> None:
        commands.carry_out_deletions(self.house.work(), sealer=self.house.gateways.sealer, now=self.house.now)

    def hear_of_dossier(
        self,
        person_id: UUID,
        *,
        dossier_id: UUID | None = None,
        decided: bool = False,
        bce_number: str | None = None,
        epoch: int = 1,
    ) -> UUID:
        dossier_id = dossier_id or uuid4()
        state: DossierState = "decided" if decided else "submitted"
        facts: dict[str, Any] = {
            "dossier_id": dossier_id,
            "reference": "MES-2026-000001",
            "procedure": "x",
            "title": {"fr": "X"},
            "person_id": person_id,
            "bce_number": BceNumber(bce_number) if bce_number else None,
            "state": state,
            "is_late": False,
            "submitted_at": self.house.now,
            "content_digest": "0",
            "claimed_by": None,
            "complement_due_at": None,
            "outcome": None,
            "occurred_at": self.house.now,
        }
        event = DossierDecided(version=2, **facts) if decided else DossierSubmitted(version=1, **facts)
        with self.house.work() as work:
            reactions.note_dossier(work, event, version=(epoch, event.version))
        return dossier_id


@pytest.fixture
def deletions(house: House) -> Deletions:
    return Deletions(house)


@pytest.fixture
def fabienne(house: House, sign_in: Callable[..., str]) -> UUID:
    """An agent."""
    return house.present(sign_in(FABIENNE)).person_id


@pytest.fixture
def settled(house: House, amelie: UUID) -> UUID:
    """Amélie, with an open space and everything that one leaves behind."""
    house.create_space(amelie, ADDRESS)
    house.confirm(house.mail()["secret"])
    house.later(hours=2)
    house.give_email(amelie, "0403019261", "amelie@moulin.example.org")
    commands.choose_language(house.work(), person_id=amelie, language="de", now=house.now)
    commands.acknowledge_notice(house.work(), person_id=amelie, notice="news:1", now=house.now)
    return amelie
