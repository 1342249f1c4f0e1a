"""Which dossiers a revocation would strand, and who may take them over."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contracts.dossiers import LookedAfterByAnother, MayNotTakeOver, WrongState
from contracts.errors import InvalidRequest, NotFound, PermissionMissing
from services.dossiers.domain.dossier import Dossier
from services.dossiers.domain.dossier.draft import DRAFT_KEPT
from services.dossiers.domain.parts import By
from tests.unit.dossiers.builders import (
    AMELIE,
    AT_MONS,
    AT_TOURNAI,
    ATELIERS,
    DAVID,
    FABIENNE,
    GILLES,
    NOON,
    OTHER_ENTERPRISE,
    a_draft,
    a_mandate,
    a_procedure,
    a_reader,
    an_agent,
    an_asker,
    an_id,
    by_agent,
    days,
    in_treatment,
    submitted,
)

MANAGER = By(person_id=DAVID, level=450, mandate_id=an_id())


def an_enterprises_draft(**given: Any) -> Dossier:
    """Of the category ``general``, begun by Amélie."""
    draft = a_draft(a_procedure(audiences=["professional"]), bce_number=ATELIERS, **given)
    draft.save({"subject": "Un hangar"}, now=NOON)
    return draft


def an_open_dossier() -> Dossier:
    return in_treatment(submitted(an_enterprises_draft()))


def decided() -> Dossier:
    dossier = an_open_dossier()
    dossier.decide(outcome="granted", motivation="Tout y est.", by=by_agent(), now=NOON)
    return dossier


def is_stranded(dossier: Dossier, *left: Any) -> bool:
    """With the mandate taken away, and those that are left."""
    taken = a_mandate()
    return dossier.is_stranded(holder=an_asker(AMELIE, taken, *left).without(taken.mandate_id))


def give(dossier: Dossier, person_id: UUID = GILLES, *, from_person_id: UUID = AMELIE, **mandate: Any) -> Any:
    heir = an_asker(person_id, a_mandate(person_id, **mandate))
    return dossier.reassign(from_person_id=from_person_id, to=heir, by=MANAGER, now=NOON + days(1))


@pytest.mark.parametrize("dossier", [an_enterprises_draft(), submitted(an_enterprises_draft()), an_open_dossier()])
def test_what_is_open_is_stranded_when_its_only_mandate_goes(dossier: Dossier) -> None:
    assert is_stranded(dossier)


def test_what_is_decided_is_not_stranded() -> None:
    assert not is_stranded(decided())


def test_another_mandate_that_covers_it_keeps_it_from_being_stranded() -> None:
    assert not is_stranded(an_enterprises_draft(), a_mandate())


@pytest.mark.parametrize(
    "left",
    [
        {"procedure_categories": ["taxes"]},
        {"permissions": ["dossier.read"]},
        {"bce_number": OTHER_ENTERPRISE},
        {"revoked_at": NOON},
        {"valid_until": date(2024, 10, 14)},
        {"valid_from": date(2024, 10, 16)},
        {"establishment_number": AT_MONS},
    ],
)
def test_a_mandate_that_does_not_let_her_act_on_it_leaves_it_stranded(left: dict[str, Any]) -> None:
    assert is_stranded(an_enterprises_draft(), a_mandate(**left))


def test_what_is_an_establishments_is_kept_by_a_mandate_for_it_or_for_the_whole() -> None:
    draft = an_enterprises_draft(establishment_number=AT_MONS)

    assert not is_stranded(draft, a_mandate(establishment_number=AT_MONS))
    assert not is_stranded(draft, a_mandate())
    assert is_stranded(draft, a_mandate(establishment_number=AT_TOURNAI))


def test_what_is_an_establishments_is_taken_over_by_who_acts_for_it() -> None:
    draft = an_enterprises_draft(establishment_number=AT_MONS)

    with pytest.raises(MayNotTakeOver):
        give(draft, establishment_number=AT_TOURNAI)
    assert give(draft, establishment_number=AT_MONS).establishment_number == AT_MONS


def test_two_mandates_may_make_up_what_is_needed_together() -> None:
    reads, drafts = a_mandate(permissions=["dossier.read"]), a_mandate(permissions=["dossier.draft"])

    assert not is_stranded(an_enterprises_draft(), reads, drafts)


def test_what_another_looks_after_is_not_stranded_by_her_mandate() -> None:
    draft = an_enterprises_draft()
    give(draft)

    assert not is_stranded(draft)


def test_a_reassigned_dossier_is_told_of_with_who_looks_after_it_now() -> None:
    dossier = an_open_dossier()
    before = dossier.version

    told = give(dossier)

    assert (told.person_id, told.bce_number, told.state, told.reference) == (
        GILLES,
        ATELIERS,
        "in_treatment",
        dossier.reference,
    )
    assert (told.actor.person_id, told.actor.mandate_id) == (DAVID, MANAGER.mandate_id)
    assert told.version == dossier.version == before + 1
    assert dossier.steps[-1].verb == "reassigned"


def test_a_draft_that_is_reassigned_has_its_whole_term_again() -> None:
    draft = an_enterprises_draft()

    told = give(draft)

    assert draft.expires_at == NOON + days(1) + DRAFT_KEPT
    assert (told.state, told.reference, told.submitted_at) == ("draft", None, None)


def test_what_comes_later_is_told_to_who_looks_after_it_by_then() -> None:
    dossier = an_open_dossier()
    give(dossier)

    told = dossier.decide(outcome="granted", motivation="Tout y est.", by=by_agent(), now=NOON + days(2))

    assert told.person_id == GILLES


@pytest.mark.parametrize(
    "mandate",
    [
        {"permissions": ["dossier.read"]},
        {"permissions": ["dossier.draft"]},
        {"procedure_categories": ["taxes"]},
        {"bce_number": OTHER_ENTERPRISE},
        {"revoked_at": NOON},
        {"valid_until": date(2024, 10, 14)},
        {"establishment_number": AT_MONS},
    ],
)
@pytest.mark.parametrize("dossier", [an_enterprises_draft(), an_open_dossier()])
def test_nobody_takes_over_what_he_could_not_act_on(dossier: Dossier, mandate: dict[str, Any]) -> None:
    with pytest.raises(MayNotTakeOver):
        give(dossier, **mandate)

    assert dossier.person_id == AMELIE


def test_what_another_looks_after_by_now_stays_his() -> None:
    dossier = an_open_dossier()
    give(dossier)

    with pytest.raises(LookedAfterByAnother):
        give(dossier, FABIENNE)


def test_what_is_decided_is_given_to_nobody() -> None:
    with pytest.raises(WrongState):
        give(decided())


def test_a_dossier_is_not_given_to_who_has_it() -> None:
    with pytest.raises(InvalidRequest):
        give(an_enterprises_draft(), AMELIE)


def test_who_gave_his_dossier_away_does_not_treat_it_as_an_agent() -> None:
    dossier = submitted(an_enterprises_draft())
    give(dossier)

    with pytest.raises(PermissionMissing):
        an_agent(AMELIE).require_to_treat(dossier)
    assert an_agent(FABIENNE).require_to_treat(dossier).side == "administration"


def test_only_a_mandate_to_manage_in_force_for_the_category_manages() -> None:
    def manager(**given: Any) -> Any:
        return an_asker(DAVID, a_mandate(DAVID, **{"permissions": ["mandate.manage"], **given}))

    draft = an_enterprises_draft()

    assert manager().require_to_manage(draft).mandate_id is not None
    for nobody in (
        a_reader(),
        an_asker(),
        manager(bce_number=OTHER_ENTERPRISE),
        manager(revoked_at=NOON),
        manager(procedure_categories=["taxes"]),
    ):
        with pytest.raises(NotFound):
            nobody.require_to_manage(draft)


def test_in_ones_own_name_others_may_act_on_nothing() -> None:
    draft = a_draft()

    with pytest.raises(MayNotTakeOver):
        give(draft)
    assert not draft.is_stranded(holder=an_asker(AMELIE))
