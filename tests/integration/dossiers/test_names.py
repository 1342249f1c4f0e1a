"""An enterprise changes its name: what is open follows, what was submitted keeps the name of its day."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from contracts.delegation import DelegationRetold, EnterpriseChanged
from contracts.dossiers import NotValidated
from services.dossiers.storage.tables import enterprises
from tests.integration.dossiers.desk import Desk
from tests.unit.dossiers.builders import ATELIERS, NOON, OTHER_ENTERPRISE


def a_name(name: str, **given: Any) -> EnterpriseChanged:
    facts: dict[str, Any] = {
        "version": 2,
        "occurred_at": NOON,
        "bce_number": ATELIERS,
        "name": name,
        "state": "active",
        "struck_off_on": None,
        "juridical_form": None,
        "seat": None,
    }
    return EnterpriseChanged(**(facts | given))


def test_a_draft_takes_the_new_name_and_is_validated_anew(desk: Desk) -> None:
    amelie = desk.holder()
    draft = desk.validated(amelie, desk.a_grant_draft(amelie))
    assert draft.answers["enterprise_name"] == "Ateliers du Hainaut"

    desk.hear(a_name("Ateliers Réunis"))

    shown = amelie.rpc.get_dossier(dossier_id=draft.dossier_id)
    assert (shown.answers["enterprise_name"], shown.declaration_id) == ("Ateliers Réunis", None)
    assert shown.updated_at == draft.updated_at
    with pytest.raises(NotValidated):
        desk.submit(amelie.deciding(), shown)
    assert desk.submit(amelie.deciding(), desk.validated(amelie, shown)).reference


def test_a_draft_that_began_while_the_name_changed_has_the_new_one_once_it_is_validated(desk: Desk) -> None:
    amelie = desk.holder()
    draft = desk.a_grant_draft(amelie)
    with desk.work() as work:
        # Heard before the draft was there to be found.
        work.execute(sa.insert(enterprises).values(bce_number=ATELIERS, epoch=1, version=2, name="Ateliers Réunis"))

    assert desk.validated(amelie, draft).answers["enterprise_name"] == "Ateliers Réunis"


def test_what_was_submitted_keeps_the_name_of_its_day(desk: Desk) -> None:
    amelie = desk.holder()
    dossier = desk.submit(amelie.deciding(), desk.validated(amelie, desk.a_grant_draft(amelie)))

    desk.hear(a_name("Ateliers Réunis"))

    shown = amelie.rpc.get_dossier(dossier_id=dossier.dossier_id)
    assert (shown.answers["enterprise_name"], shown.declaration_id) == ("Ateliers du Hainaut", dossier.declaration_id)


def test_the_newest_name_is_that_of_new_drafts_whatever_comes_late(desk: Desk) -> None:
    amelie = desk.holder()

    desk.hear(a_name("Ateliers Réunis", version=3))
    desk.hear(a_name("Ateliers Unis", version=2))
    desk.hear(a_name("Boulangerie", bce_number=OTHER_ENTERPRISE, version=4))
    desk.grant(amelie, enterprise_name="Ateliers du Hainaut")

    assert desk.a_grant_draft(amelie).answers["enterprise_name"] == "Ateliers Réunis"


def test_another_change_of_the_enterprise_leaves_a_declaration_as_it_is(desk: Desk) -> None:
    amelie = desk.holder()
    draft = desk.validated(amelie, desk.a_grant_draft(amelie))

    desk.hear(a_name("Ateliers du Hainaut", juridical_form="014"))

    assert amelie.rpc.get_dossier(dossier_id=draft.dossier_id).declaration_id == draft.declaration_id


def test_a_name_that_a_restored_delegation_does_not_tell_again_is_forgotten(desk: Desk) -> None:
    desk.hear(a_name("Ateliers Réunis"))
    amelie = desk.visitor()
    desk.hear(DelegationRetold(version=1, occurred_at=NOON, epoch=2), version=(2, 1))
    desk.grant(amelie)

    assert desk.a_grant_draft(amelie).answers["enterprise_name"] == "Ateliers du Hainaut"
