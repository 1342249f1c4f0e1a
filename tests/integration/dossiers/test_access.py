"""To a stranger nothing exists, by whatever door and whatever id."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.delegation import MandateRevoked
from contracts.dossiers import ComplementNotOpen, Dossiers, DossierView
from contracts.errors import LevelTooLow, NotFound, PermissionMissing, ScopeMissing, StatementMissing
from tests.integration.dossiers.content import ALL, ELECTION, GRANT, a_grant
from tests.integration.dossiers.desk import Desk, Visitor
from tests.unit.dossiers.builders import ATELIERS, OTHER_ENTERPRISE, brussels


def doors_on(rpc: Dossiers, dossier_id: UUID, attachment_id: UUID, complement_id: UUID) -> dict[str, Any]:
    """Every door that takes an id, with all else right."""
    one: dict[str, Any] = {"dossier_id": dossier_id}
    return {
        "get_dossier": lambda: rpc.get_dossier(**one),
        "save_draft": lambda: rpc.save_draft(**one, answers={}, command_id=uuid4()),
        "validate_draft": lambda: rpc.validate_draft(**one, command_id=uuid4()),
        "submit_dossier": lambda: rpc.submit_dossier(**one, late_confirmed=True, command_id=uuid4()),
        "begin_upload": lambda: rpc.begin_upload(
            **one,
            heading="claim",
            complement_id=None,
            file_name="x.pdf",
            size=3,
            sha256="ab" * 32,
            command_id=uuid4(),
        ),
        "begin_upload of an answer": lambda: rpc.begin_upload(
            **one,
            heading="complement",
            complement_id=complement_id,
            file_name="x.pdf",
            size=3,
            sha256="ab" * 32,
            command_id=uuid4(),
        ),
        "remove_attachment": lambda: rpc.remove_attachment(**one, attachment_id=attachment_id, command_id=uuid4()),
        "issue_download": lambda: rpc.issue_download(**one, attachment_id=attachment_id),
        "answer_complement": lambda: rpc.answer_complement(
            **one, complement_id=complement_id, answer="x", command_id=uuid4()
        ),
        "claim_dossier": lambda: rpc.claim_dossier(**one, command_id=uuid4()),
        "request_complement": lambda: rpc.request_complement(
            **one, elements=["x"], message="", due_on=date(2024, 12, 1), command_id=uuid4()
        ),
        "decide_dossier": lambda: rpc.decide_dossier(**one, outcome="founded", motivation="x", command_id=uuid4()),
    }


def refused_alike(doors: dict[str, Any]) -> None:
    for name, door in doors.items():
        with pytest.raises(NotFound) as refusal:
            door()
        assert refusal.value.details == {}, name


def ids_of(dossier: DossierView) -> tuple[UUID, UUID, UUID]:
    return dossier.dossier_id, dossier.attachments[0].attachment_id, dossier.complements[0].complement_id


def test_to_a_stranger_nothing_of_a_citizens_exists(desk: Desk) -> None:
    dossier = desk.submitted(desk.visitor(), pieces="incomplete")
    gilles = desk.visitor()

    refused_alike(doors_on(gilles.rpc, *ids_of(dossier)))
    refused_alike(doors_on(gilles.deciding(), *ids_of(dossier)))
    assert gilles.rpc.list_dossiers(bce_number=None, text="") == []


def test_to_a_stranger_nothing_of_an_enterprise_exists(desk: Desk) -> None:
    amelie, agent = desk.holder(), desk.agent()
    draft = desk.validated(amelie, desk.a_grant_draft(amelie))
    dossier = desk.submit(amelie.deciding(), draft)
    agent.rpc.claim_dossier(dossier_id=dossier.dossier_id, command_id=uuid4())
    asked = agent.rpc.request_complement(
        dossier_id=dossier.dossier_id, elements=["x"], message="", due_on=date(2024, 10, 20), command_id=uuid4()
    )

    for gilles in (desk.visitor(), desk.holder(bce_number=OTHER_ENTERPRISE)):
        refused_alike(doors_on(gilles.rpc, *ids_of(asked)))
        with pytest.raises(NotFound):
            gilles.rpc.list_dossiers(bce_number=ATELIERS, text="")
        with pytest.raises(NotFound):
            gilles.rpc.start_draft(procedure=GRANT, bce_number=ATELIERS, command_id=uuid4())


def test_what_is_anothers_is_answered_as_what_is_not(desk: Desk) -> None:
    refused_alike(doors_on(desk.visitor().rpc, uuid4(), uuid4(), uuid4()))


def test_a_draft_does_not_exist_for_agents(desk: Desk) -> None:
    draft = desk.an_election_draft(desk.visitor())

    refused_alike(doors_on(desk.agent().rpc, draft.dossier_id, draft.attachments[0].attachment_id, uuid4()))


def test_an_id_of_another_dossier_opens_nothing_in_ones_own(desk: Desk) -> None:
    hugo, other = desk.visitor(), desk.visitor()
    mine, theirs = desk.submitted(hugo, pieces="incomplete"), desk.submitted(other, pieces="incomplete")
    _, attachment_id, complement_id = ids_of(theirs)

    with pytest.raises(NotFound):
        hugo.rpc.issue_download(dossier_id=mine.dossier_id, attachment_id=attachment_id)
    with pytest.raises(NotFound):
        hugo.rpc.remove_attachment(dossier_id=mine.dossier_id, attachment_id=attachment_id, command_id=uuid4())
    with pytest.raises(ComplementNotOpen):
        hugo.rpc.answer_complement(
            dossier_id=mine.dossier_id, complement_id=complement_id, answer="x", command_id=uuid4()
        )
    with pytest.raises(ComplementNotOpen):
        desk.upload(hugo, mine, heading="complement", complement_id=complement_id)


def test_a_file_of_an_answer_in_the_making_does_not_exist_for_agents(desk: Desk) -> None:
    hugo, agent = desk.visitor(), desk.agent()
    dossier = desk.submitted(hugo, pieces="incomplete")
    complement_id = dossier.complements[0].complement_id
    ticket = desk.upload(hugo, dossier, heading="complement", complement_id=complement_id)

    with pytest.raises(NotFound):
        agent.rpc.issue_download(dossier_id=dossier.dossier_id, attachment_id=ticket.attachment_id)

    hugo.rpc.answer_complement(
        dossier_id=dossier.dossier_id, complement_id=complement_id, answer="", command_id=uuid4()
    )
    agent.rpc.issue_download(dossier_id=dossier.dossier_id, attachment_id=ticket.attachment_id)


def test_a_holder_of_the_enterprise_sees_all_its_dossiers(desk: Desk) -> None:
    amelie, david = desk.holder(), desk.holder("dossier.read")
    draft = desk.a_grant_draft(amelie)

    (seen,) = david.rpc.list_dossiers(bce_number=ATELIERS, text="")

    assert seen.dossier_id == draft.dossier_id
    assert david.rpc.list_dossiers(bce_number=None, text="") == []
    with pytest.raises(PermissionMissing):
        david.rpc.start_draft(procedure=GRANT, bce_number=ATELIERS, command_id=uuid4())


def test_a_mandate_ends_by_itself_at_the_end_of_its_last_day(desk: Desk) -> None:
    amelie = desk.visitor()
    desk.grant(amelie, valid_until=date(2024, 10, 16))
    draft = desk.a_grant_draft(amelie)
    desk.now = brussels("2024-10-16 23:59:59")
    assert amelie.rpc.get_dossier(dossier_id=draft.dossier_id)

    desk.now = brussels("2024-10-17 00:00:00")

    with pytest.raises(NotFound):
        amelie.rpc.get_dossier(dossier_id=draft.dossier_id)


def test_a_mandate_for_some_categories_shows_dossiers_of_those(desk: Desk) -> None:
    amelie, limited = desk.holder(), desk.visitor()
    desk.grant(limited, procedure_categories=["taxes"])
    draft = desk.a_grant_draft(amelie)

    assert limited.rpc.list_dossiers(bce_number=ATELIERS, text="") == []
    with pytest.raises(NotFound):
        limited.rpc.get_dossier(dossier_id=draft.dossier_id)


def see(who: Visitor, dossier: DossierView) -> bool:
    try:
        who.rpc.get_dossier(dossier_id=dossier.dossier_id)
    except NotFound:
        return False
    return True


def test_a_revoked_mandate_shows_nothing_any_more(desk: Desk) -> None:
    amelie, david = desk.holder(), desk.visitor()
    granted = desk.grant(david, "dossier.read")
    draft = desk.a_grant_draft(amelie)
    assert see(david, draft)

    revoked = a_grant(
        david.person_id, kind=MandateRevoked, mandate_id=granted.mandate_id, version=2, revoked_at=desk.now
    )
    desk.hear(revoked)

    assert not see(david, draft)
    # What was told before does not give back what was revoked since.
    desk.hear(granted)
    assert not see(david, draft)


def test_who_submitted_for_an_enterprise_reads_it_when_nobody_is_left_there_to_let_her(desk: Desk) -> None:
    amelie, david, manager = desk.visitor(), desk.visitor(), desk.visitor()
    desk.grant(manager, "mandate.manage", valid_until=date(2024, 10, 20))
    mandates = {each: desk.grant(each, *ALL) for each in (amelie, david)}
    draft = desk.validated(amelie, desk.a_grant_draft(amelie))
    dossier, other = desk.submit(amelie.deciding(), draft), desk.a_grant_draft(amelie)

    for each, granted in mandates.items():
        facts = {"mandate_id": granted.mandate_id, "version": 2, "revoked_at": desk.now}
        desk.hear(a_grant(each.person_id, kind=MandateRevoked, **facts))
    assert not see(amelie, dossier)
    with pytest.raises(NotFound):
        amelie.rpc.list_dossiers(bce_number=ATELIERS, text="")

    desk.now = brussels("2024-10-21 00:00:00")
    assert [see(each, dossier) for each in (amelie, david, desk.visitor())] == [True, False, False]
    assert not see(amelie, other)
    assert amelie.rpc.get_dossier(dossier_id=dossier.dossier_id).may == []
    (listed,) = amelie.rpc.list_dossiers(bce_number=ATELIERS, text="")
    assert listed.dossier_id == dossier.dossier_id
    (own,) = amelie.rpc.list_dossiers(bce_number=None, text="prime")
    assert (own.dossier_id, own.bce_number, own.must_act) == (dossier.dossier_id, ATELIERS, False)
    assert own.orphaned_enterprise == "Ateliers du Hainaut"
    assert david.rpc.list_dossiers(bce_number=None, text="") == []
    with pytest.raises(PermissionMissing):
        desk.upload(amelie, dossier)

    desk.hear(a_grant(manager.person_id, permissions=["mandate.manage"], valid_from=date(2024, 10, 21)))
    assert not see(amelie, dossier)
    assert amelie.rpc.list_dossiers(bce_number=None, text="") == []


def test_who_still_reads_for_an_enterprise_without_access_manager_finds_its_dossiers_there_alone(desk: Desk) -> None:
    amelie = desk.holder()
    first = desk.grant(amelie)
    desk.submit(amelie.deciding(), desk.validated(amelie, desk.a_grant_draft(amelie)))
    ended = {"mandate_id": first.mandate_id, "version": 2, "revoked_at": desk.now}
    desk.hear(a_grant(amelie.person_id, kind=MandateRevoked, **ended))

    assert len(amelie.rpc.list_dossiers(bce_number=ATELIERS, text="")) == 1
    assert amelie.rpc.list_dossiers(bce_number=None, text="") == []


def test_a_revocation_heard_before_the_grant_holds(desk: Desk) -> None:
    amelie, david = desk.holder(), desk.visitor()
    draft = desk.a_grant_draft(amelie)
    granted = a_grant(david.person_id, permissions=["dossier.read"])
    revoked = a_grant(
        david.person_id, kind=MandateRevoked, mandate_id=granted.mandate_id, version=2, revoked_at=desk.now
    )

    desk.hear(revoked)
    desk.hear(granted)

    assert not see(david, draft)


def test_a_state_of_a_newer_epoch_holds_though_its_number_is_lower(desk: Desk) -> None:
    amelie, david = desk.holder(), desk.visitor()
    draft = desk.a_grant_draft(amelie)
    granted = a_grant(david.person_id, permissions=["dossier.read"])
    desk.hear(
        a_grant(david.person_id, kind=MandateRevoked, mandate_id=granted.mandate_id, version=7, revoked_at=desk.now)
    )

    desk.hear(granted, version=(2, 1))

    assert see(david, draft)


def test_the_catalogue_is_open_to_the_portal_and_nothing_else_is(desk: Desk) -> None:
    portal = desk.catalogue()

    assert portal.get_procedure(slug=ELECTION).is_open
    assert [each.slug for each in portal.search_procedures(text="élections locales", audience=None)] == [ELECTION]
    with pytest.raises(StatementMissing):
        portal.list_dossiers(bce_number=None, text="")
    with pytest.raises((StatementMissing, ScopeMissing)):
        desk.catalogue("delegation.check").get_procedure(slug=ELECTION)
    with pytest.raises(StatementMissing):
        desk.doors().search_procedures(text="", audience=None)


def test_an_agent_who_signed_in_by_a_weak_means_is_sent_to_step_up(desk: Desk) -> None:
    hugo, weak = desk.visitor(), desk.visitor(roles=["agent"], level=200)
    submitted, draft = desk.submitted(hugo), desk.an_election_draft(hugo)
    one: dict[str, Any] = {"dossier_id": submitted.dossier_id}
    for act in (
        lambda: weak.rpc.list_queue(),
        lambda: weak.rpc.get_dossier(**one),
        lambda: weak.rpc.issue_download(**one, attachment_id=uuid4()),
        lambda: weak.rpc.claim_dossier(**one, command_id=uuid4()),
    ):
        with pytest.raises(LevelTooLow) as refusal:
            act()
        assert refusal.value.details == {"required": 400, "held": 200}
    with pytest.raises(NotFound):
        weak.rpc.get_dossier(dossier_id=draft.dossier_id)
    own = desk.submitted(weak)
    assert weak.rpc.get_dossier(dossier_id=own.dossier_id).dossier_id == own.dossier_id
