"""What a revocation would strand is shown to who manages the enterprise, and given to another of its people."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.delegation import MandateRevoked
from contracts.dossiers import (
    MOST_REASSIGNED,
    DossierSummary,
    DossierView,
    LookedAfterByAnother,
    MayNotTakeOver,
    WrongState,
)
from contracts.errors import CommandIdReused, InvalidRequest, NotFound
from tests.integration.dossiers.content import ALL, a_grant
from tests.integration.dossiers.desk import Desk, Visitor
from tests.integration.dossiers.test_acts import acts
from tests.integration.dossiers.test_erasure import erase
from tests.integration.dossiers.test_submission import at_once
from tests.integration.dossiers.test_treatment import decide
from tests.unit.dossiers.builders import ATELIERS, NOON, OTHER_ENTERPRISE


class Office:
    """An enterprise with its manager, Amélie whose mandate is to go, and Bruno who could take over."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.manager, self.amelie, self.bruno = desk.visitor(), desk.visitor(), desk.visitor()
        self.managing = desk.grant(self.manager, *ALL, "mandate.manage")
        self.hers, self.his = desk.grant(self.amelie), desk.grant(self.bruno)

    def draft(self) -> DossierView:
        return self.desk.a_grant_draft(self.amelie)

    def filed(self) -> DossierView:
        return self.desk.submit(self.amelie.deciding(), self.desk.validated(self.amelie, self.draft()))

    def stranded(self, *, by: Visitor | None = None, **asked: Any) -> list[DossierSummary]:
        facts = {"bce_number": ATELIERS, "person_id": self.amelie.person_id, "mandate_id": self.hers.mandate_id}
        return (by or self.manager).rpc.list_stranded(**(facts | asked))

    def reassign(self, *dossiers: DossierView, by: Visitor | None = None, **asked: Any) -> list[DossierSummary]:
        facts: dict[str, Any] = {
            "bce_number": ATELIERS,
            "dossier_ids": [dossier.dossier_id for dossier in dossiers],
            "from_person_id": self.amelie.person_id,
            "to_person_id": self.bruno.person_id,
            "command_id": uuid4(),
        }
        return (by or self.manager).rpc.reassign_dossiers(**(facts | asked))

    def revoke(self, mandate: Any) -> None:
        facts = {"mandate_id": mandate.mandate_id, "version": 2, "revoked_at": NOON}
        self.desk.hear(a_grant(mandate.person_id, kind=MandateRevoked, **facts))

    def told(self) -> list[tuple[UUID, UUID]]:
        """(dossier, to whom), of what was announced as reassigned."""
        events = [each for each in self.desk.announced() if each.type == "dossier_reassigned"]
        return [(UUID(each.subject), UUID(each.body["person_id"])) for each in events]


@pytest.fixture
def office(desk: Desk) -> Office:
    return Office(desk)


def ids(*dossiers: DossierView | DossierSummary) -> set[UUID]:
    return {dossier.dossier_id for dossier in dossiers}


def test_what_she_alone_looks_after_is_stranded_without_her_mandate(desk: Desk, office: Office) -> None:
    agent = desk.agent()
    draft, filed, decided = office.draft(), office.filed(), office.filed()
    agent.rpc.claim_dossier(dossier_id=decided.dossier_id, command_id=uuid4())
    decide(agent, decided, outcome="granted")
    desk.a_grant_draft(office.bruno)

    assert ids(*office.stranded()) == ids(draft, filed)


def test_an_expired_draft_is_not_stranded(desk: Desk, office: Office) -> None:
    office.draft()
    desk.later(days=91)

    assert office.stranded() == []


def test_nothing_is_stranded_while_another_mandate_covers_it(desk: Desk, office: Office) -> None:
    office.draft()
    renewed = desk.grant(office.amelie, mandate_id=uuid4())
    assert office.stranded() == []

    office.revoke(renewed)
    assert len(office.stranded()) == 1


def test_to_who_does_not_manage_the_enterprise_nothing_is_stranded_or_given(desk: Desk, office: Office) -> None:
    draft = office.draft()
    elsewhere = desk.holder(*ALL, "mandate.manage", bce_number=OTHER_ENTERPRISE)
    former = desk.visitor()
    office.revoke(desk.grant(former, *ALL, "mandate.manage"))

    for nobody in (desk.visitor(), desk.agent(), office.amelie, office.bruno, elsewhere, former):
        with pytest.raises(NotFound) as refusal:
            office.stranded(by=nobody)
        assert refusal.value.details == {}
        with pytest.raises(NotFound) as refusal:
            office.reassign(draft, by=nobody)
        assert refusal.value.details == {}
    assert office.told() == []


def test_who_manages_other_procedures_alone_sees_and_gives_none_of_these(desk: Desk, office: Office) -> None:
    draft, manager = office.draft(), desk.visitor()
    desk.grant(manager, *ALL, "mandate.manage", procedure_categories=["taxes"])

    assert office.stranded(by=manager) == []
    with pytest.raises(NotFound):
        office.reassign(draft, by=manager)


def test_a_mandate_that_is_not_hers_there_is_answered_as_one_that_is_not(desk: Desk, office: Office) -> None:
    elsewhere = desk.grant(office.amelie, bce_number=OTHER_ENTERPRISE)

    for mandate_id in (uuid4(), office.his.mandate_id, elsewhere.mandate_id):
        with pytest.raises(NotFound) as refusal:
            office.stranded(mandate_id=mandate_id)
        assert refusal.value.details == {}
    with pytest.raises(NotFound):
        office.stranded(person_id=uuid4())


def test_who_takes_over_acts_on_it_and_is_told_what_comes(desk: Desk, office: Office) -> None:
    draft, filed = office.draft(), office.filed()

    given = office.reassign(draft, filed)
    office.revoke(office.hers)

    assert ids(*given) == ids(draft, filed)
    assert sorted(office.told()) == sorted((each.dossier_id, office.bruno.person_id) for each in (draft, filed))
    office.bruno.rpc.save_draft(dossier_id=draft.dossier_id, answers={}, command_id=uuid4())
    agent = desk.agent()
    agent.rpc.claim_dossier(dossier_id=filed.dossier_id, command_id=uuid4())
    decide(agent, filed, outcome="granted")
    last = desk.announced()[-1]
    assert (last.type, last.body["person_id"]) == ("dossier_decided", str(office.bruno.person_id))
    assert office.stranded() == []


def test_no_account_that_is_deleted_takes_an_enterprises_draft_with_it(desk: Desk, office: Office) -> None:
    draft = office.draft()
    office.reassign(draft)
    desk.later(minutes=1)

    for gone in (office.amelie, office.bruno):
        erase(desk, gone)

    assert ids(*office.manager.rpc.list_dossiers(bce_number=ATELIERS, text="")) == ids(draft)


def test_its_versions_go_on_when_it_is_reassigned(desk: Desk, office: Office) -> None:
    filed = office.filed()

    office.reassign(filed)

    versions = [each.version for each in desk.announced() if each.subject == str(filed.dossier_id)]
    assert versions == sorted(set(versions))


def test_the_act_says_who_gave_it_to_whom_under_which_mandate(desk: Desk, office: Office) -> None:
    draft = office.draft()

    office.reassign(draft)

    last = acts(desk)[-1]
    assert (last["action"], last["subject"]) == ("dossier_reassigned", f"dossier:{draft.dossier_id}")
    assert (last["actor"], last["mandate"]) == (str(office.manager.person_id), str(office.managing.mandate_id))
    assert (last["party"], last["enterprise"]) == (str(office.bruno.person_id), ATELIERS)


def test_all_of_them_or_none(desk: Desk, office: Office) -> None:
    draft = office.draft()
    theirs = desk.a_grant_draft(office.bruno)

    with pytest.raises(LookedAfterByAnother):
        office.reassign(draft, theirs)
    with pytest.raises(NotFound):
        office.reassign(draft, dossier_ids=[draft.dossier_id, uuid4()])

    assert office.told() == []
    assert ids(*office.stranded()) == ids(draft)


def test_a_dossier_that_is_not_the_enterprises_does_not_exist(desk: Desk, office: Office) -> None:
    her_own = desk.submitted(office.amelie)
    manager = desk.visitor()
    desk.grant(manager, *ALL, "mandate.manage", bce_number=OTHER_ENTERPRISE)
    draft = office.draft()

    with pytest.raises(NotFound):
        office.reassign(her_own)
    with pytest.raises(NotFound):
        office.reassign(draft, by=manager, bce_number=OTHER_ENTERPRISE)


def test_an_expired_draft_is_given_to_nobody(desk: Desk, office: Office) -> None:
    draft = office.draft()
    desk.later(days=91)

    with pytest.raises(NotFound):
        office.reassign(draft)


def test_what_is_decided_is_given_to_nobody(desk: Desk, office: Office) -> None:
    agent, filed = desk.agent(), office.filed()
    agent.rpc.claim_dossier(dossier_id=filed.dossier_id, command_id=uuid4())
    decide(agent, filed, outcome="granted")

    with pytest.raises(WrongState):
        office.reassign(filed)


def test_a_stranger_and_who_may_not_draft_take_over_nothing(desk: Desk, office: Office) -> None:
    draft = office.draft()
    taxes = desk.visitor()
    desk.grant(taxes, procedure_categories=["taxes"])
    reader, elsewhere = desk.holder("dossier.read"), desk.holder(bce_number=OTHER_ENTERPRISE)

    for nobody in (uuid4(), reader.person_id, elsewhere.person_id, taxes.person_id):
        with pytest.raises(MayNotTakeOver) as refusal:
            office.reassign(draft, to_person_id=nobody)
        assert refusal.value.details == {"dossier_id": str(draft.dossier_id)}
    with pytest.raises(InvalidRequest):
        office.reassign(draft, to_person_id=office.amelie.person_id)


def test_who_lost_his_own_mandate_meanwhile_takes_over_nothing(office: Office) -> None:
    draft = office.draft()
    office.revoke(office.his)

    with pytest.raises(MayNotTakeOver):
        office.reassign(draft)
    assert office.told() == []


def test_while_his_mandate_is_revoked_he_gets_all_or_nothing(office: Office) -> None:
    drafts = [office.draft() for _ in range(3)]

    ended = at_once(lambda: office.reassign(*drafts), lambda: office.revoke(office.his))

    assert ended in ({"ok": 2}, {"ok": 1, "may_not_take_over": 1})
    assert len(office.told()) == (3 if ended["ok"] == 2 else 0)


def test_two_who_give_the_same_to_two_people_do_not_both(desk: Desk, office: Office) -> None:
    one, other = office.draft(), office.draft()
    carla = desk.holder()

    ended = at_once(
        lambda: office.reassign(one, other),
        lambda: office.reassign(other, one, to_person_id=carla.person_id),
    )

    assert ended == {"ok": 1, "looked_after_by_another": 1}
    assert len({to for _, to in office.told()}) == 1


def test_a_repeat_gets_the_first_answer(office: Office) -> None:
    draft, command_id = office.draft(), uuid4()

    first = office.reassign(draft, command_id=command_id)

    assert office.reassign(draft, command_id=command_id) == first
    assert len(office.told()) == 1
    with pytest.raises(CommandIdReused):
        office.reassign(draft, command_id=command_id, to_person_id=office.manager.person_id)


def test_no_fewer_than_one_and_no_more_than_fit(office: Office) -> None:
    for dossier_ids in ([], [uuid4() for _ in range(MOST_REASSIGNED + 1)]):
        with pytest.raises(InvalidRequest) as refusal:
            office.reassign(dossier_ids=dossier_ids)
        assert set(refusal.value.details["fields"]) == {"dossier_ids"}
