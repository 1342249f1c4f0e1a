"""Who acts for one establishment, at every door of the whole enterprise's dossiers and of another establishment's."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from contracts.dossiers import DossierSummary, DossierView, MayNotTakeOver
from contracts.errors import InvalidRequest, NotFound, PermissionMissing, StatementMissing
from contracts.identifiers import EstablishmentNumber
from tests.integration.dossiers.content import ALL, ELECTION, GRANT
from tests.integration.dossiers.desk import Desk, Visitor
from tests.integration.dossiers.test_access import doors_on, ids_of, refused_alike
from tests.unit.dossiers.builders import AT_MONS, AT_TOURNAI, ATELIERS, OTHER_ENTERPRISE

ELSEWHERE = [None, AT_TOURNAI]


@pytest.fixture
def amelie(desk: Desk) -> Visitor:
    """Acts for the enterprise as a whole."""
    return desk.holder()


@pytest.fixture
def mons(desk: Desk) -> Visitor:
    """Holds all permissions for the establishment at Mons."""
    return desk.holder(establishment_number=AT_MONS)


def a_complement_of(desk: Desk, who: Visitor, number: EstablishmentNumber | None) -> DossierView:
    """Filed, with a complement asked for."""
    agent, draft = desk.agent(), desk.validated(who, desk.a_grant_draft(who, number))
    dossier = desk.submit(who.deciding(establishment=number), draft)
    agent.rpc.claim_dossier(dossier_id=dossier.dossier_id, command_id=uuid4())
    return agent.rpc.request_complement(
        dossier_id=dossier.dossier_id, elements=["x"], message="", due_on=date(2024, 10, 20), command_id=uuid4()
    )


def start(who: Any, number: EstablishmentNumber | None, **asked: Any) -> DossierView:
    facts = {"procedure": GRANT, "bce_number": ATELIERS, "establishment_number": number, "command_id": uuid4()}
    view: DossierView = who.start_draft(**(facts | asked))
    return view


def numbers(listed: list[DossierSummary]) -> list[str | None]:
    return sorted((each.establishment_number for each in listed), key=str)


@pytest.mark.parametrize("number", ELSEWHERE)
def test_no_door_opens_what_is_not_his_establishments(
    desk: Desk, amelie: Visitor, mons: Visitor, number: EstablishmentNumber | None
) -> None:
    asked = a_complement_of(desk, amelie, number)

    refused_alike(doors_on(mons.rpc, *ids_of(asked)))
    refused_alike(doors_on(mons.deciding(establishment=AT_MONS), *ids_of(asked)))
    # A repeated mandate for yet another one, or for the same number of another enterprise, opens it no more.
    desk.grant(mons, establishment_number=AT_MONS)
    desk.grant(mons, establishment_number=number, bce_number=OTHER_ENTERPRISE)
    refused_alike(doors_on(mons.rpc, *ids_of(asked)))


@pytest.mark.parametrize("number", ELSEWHERE)
def test_no_draft_of_it_exists_for_him_either(
    desk: Desk, amelie: Visitor, mons: Visitor, number: EstablishmentNumber | None
) -> None:
    draft = desk.validated(amelie, desk.a_grant_draft(amelie, number))

    refused_alike(doors_on(mons.rpc, draft.dossier_id, draft.attachments[0].attachment_id, uuid4()))
    refused_alike(
        doors_on(mons.deciding(establishment=AT_MONS), draft.dossier_id, draft.attachments[0].attachment_id, uuid4())
    )


def test_lists_and_their_search_hold_his_establishments_dossiers_and_no_others(
    desk: Desk, amelie: Visitor, mons: Visitor
) -> None:
    for number in (None, AT_MONS, AT_TOURNAI):
        desk.a_grant_draft(amelie, number)

    def found(who: Visitor, text: str = "") -> list[str | None]:
        return numbers(who.rpc.list_dossiers(bce_number=ATELIERS, text=text))

    assert found(amelie) == [AT_MONS, AT_TOURNAI, None]
    assert found(mons) == [AT_MONS]
    assert found(amelie, AT_TOURNAI.dotted) == [AT_TOURNAI]
    assert found(mons, AT_TOURNAI) == []
    assert mons.rpc.list_dossiers(bce_number=None, text="") == []


@pytest.mark.parametrize("number", ELSEWHERE)
def test_he_begins_nothing_elsewhere_by_whatever_decision(
    desk: Desk, mons: Visitor, number: EstablishmentNumber | None
) -> None:
    for establishment in (None, AT_MONS, AT_TOURNAI):
        with pytest.raises(PermissionMissing):
            start(mons.deciding(permission="dossier.draft", establishment=establishment), number)
    assert mons.rpc.list_dossiers(bce_number=ATELIERS, text="") == []


def test_what_is_not_there_and_what_is_anothers_are_answered_alike(desk: Desk, mons: Visitor) -> None:
    """Whether an establishment is the enterprise's, his attempts do not tell him."""
    unknown = EstablishmentNumber("8999999993")
    refusals = []
    for number in (AT_TOURNAI, unknown):
        with pytest.raises(PermissionMissing) as refusal:
            start(mons.rpc, number)
        refusals.append(refusal.value.details)

    assert refusals[0] == refusals[1]
    stranger = desk.visitor()
    for number in (AT_MONS, AT_TOURNAI, unknown):
        with pytest.raises(NotFound) as not_found:
            start(stranger.deciding(permission="dossier.draft", establishment=number), number)
        assert not_found.value.details == {}


def test_nobody_begins_for_an_establishment_without_delegations_word_on_that_one(
    amelie: Visitor, mons: Visitor
) -> None:
    for who in (amelie, mons):
        with pytest.raises(StatementMissing):
            start(who.rpc, AT_MONS)
        for decision in (
            {"permission": "dossier.draft"},
            {"permission": "dossier.draft", "establishment": AT_TOURNAI},
            {"permission": "dossier.submit", "establishment": AT_MONS},
            {"permission": "dossier.draft", "establishment": AT_MONS, "bce_number": OTHER_ENTERPRISE},
        ):
            with pytest.raises(PermissionMissing):
                start(who.deciding(**decision), AT_MONS)
    assert start(mons.deciding(permission="dossier.draft", establishment=AT_MONS), AT_MONS).establishment_number


def test_an_establishment_without_its_enterprise_is_refused(desk: Desk) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        start(desk.visitor().rpc, AT_MONS, procedure=ELECTION, bce_number=None)
    assert set(refusal.value.details["fields"]) == {"establishment_number"}


def test_what_is_his_establishments_he_fills_in_and_submits_by_a_decision_that_names_it(
    desk: Desk, amelie: Visitor, mons: Visitor
) -> None:
    draft = desk.validated(mons, desk.a_grant_draft(mons, AT_MONS))
    assert amelie.rpc.get_dossier(dossier_id=draft.dossier_id).establishment_number == AT_MONS

    for decision in ({}, {"establishment": AT_TOURNAI}):
        for who in (mons, amelie):
            with pytest.raises(PermissionMissing):
                desk.submit(who.deciding(**decision), draft)
    filed = desk.submit(mons.deciding(establishment=AT_MONS), draft)

    assert (filed.state, filed.establishment_number) == ("submitted", AT_MONS)
    told = desk.announced()[-1]
    assert (told.type, told.body["establishment_number"]) == ("dossier_submitted", AT_MONS)


def test_he_manages_nothing_and_takes_over_his_establishments_dossiers_alone(
    desk: Desk, amelie: Visitor, mons: Visitor
) -> None:
    manager = desk.holder(*ALL, "mandate.manage")
    held = desk.grant(amelie)
    drafts = {number: desk.a_grant_draft(amelie, number) for number in (None, AT_MONS, AT_TOURNAI)}
    people = {"from_person_id": amelie.person_id, "to_person_id": mons.person_id}

    def give(by: Visitor, number: EstablishmentNumber | None) -> list[DossierSummary]:
        return by.rpc.reassign_dossiers(
            bce_number=ATELIERS, dossier_ids=[drafts[number].dossier_id], **people, command_id=uuid4()
        )

    with pytest.raises(NotFound):
        mons.rpc.list_stranded(bce_number=ATELIERS, person_id=amelie.person_id, mandate_id=held.mandate_id)
    for number in drafts:
        with pytest.raises(NotFound):
            give(mons, number)
    for number in ELSEWHERE:
        with pytest.raises(MayNotTakeOver):
            give(manager, number)
    assert numbers(give(manager, AT_MONS)) == [AT_MONS]


def test_without_her_mandate_for_an_establishment_what_is_its_is_stranded(desk: Desk, mons: Visitor) -> None:
    manager, amelie = desk.holder(*ALL, "mandate.manage"), desk.visitor()
    for_mons, for_tournai = (desk.grant(amelie, establishment_number=number) for number in (AT_MONS, AT_TOURNAI))
    for number in (AT_MONS, AT_TOURNAI):
        desk.a_grant_draft(amelie, number)

    def stranded(mandate: Any) -> list[str | None]:
        return numbers(
            manager.rpc.list_stranded(bce_number=ATELIERS, person_id=amelie.person_id, mandate_id=mandate.mandate_id)
        )

    assert (stranded(for_mons), stranded(for_tournai)) == ([AT_MONS], [AT_TOURNAI])
