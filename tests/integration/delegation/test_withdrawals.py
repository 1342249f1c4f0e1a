"""The registry names an access manager no more, and what becomes of an enterprise that has none; on a real database."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from contracts.delegation import EnterpriseUnknown, NoAccessManager
from contracts.errors import NotFound
from contracts.identifiers import BceNumber
from contracts.identity import PersonErased
from services.delegation import commands, queries, reactions
from services.delegation.storage import tables
from tests.integration.delegation.turns import at_once
from tests.unit.delegation.builders import AMELIE, ATELIERS, BERNARD, CHANTAL, COMMUNE, DAVID


def access_of(office, person_id):
    (access,) = queries.list_my_enterprises(office.work(), person_id=person_id, now=office.now)
    return access


def erase(office, person_id):
    erased = PersonErased(occurred_at=office.now, version=1, person_id=person_id, language="fr", sealed=None)
    with office.work() as work:
        reactions.end_what_was_of(work, erased, now=office.now)


def withdraw_all(office):
    for person_id in (CHANTAL, BERNARD):
        office.withdraw_designation(person_id)


def test_his_mandate_ends_and_both_are_told(office):
    office.withdraw_designation(BERNARD)

    assert not office.check(BERNARD, "mandate.manage").decision
    (withdrawn,) = office.announced("access_manager_withdrawn")
    assert (withdrawn["person_id"], withdrawn["bce_number"]) == (str(BERNARD), ATELIERS)
    assert office.opened(withdrawn) == {"email": "bernard@example.org"}
    (revoked,) = office.announced("mandate_revoked")
    assert (revoked["mandate_id"], revoked["ended_with_designation"]) == (str(office.bernards.mandate_id), True)
    assert not revoked["ended_with_account"]
    (designation,) = [row for row in office.rows(tables.designations) if row.person_id == BERNARD]
    assert (designation.sealed, designation.withdrawn_at) == (None, office.now)


def test_what_he_granted_stays(office):
    granted = office.grant(AMELIE)
    office.withdraw_designation(BERNARD)

    assert office.check(AMELIE, "dossier.sign").mandate_id == granted.mandate_id


def test_while_another_is_left_nobody_is_told_that_none_is(office):
    office.withdraw_designation(BERNARD)

    assert office.announced("enterprise_orphaned") == []
    assert access_of(office, CHANTAL).has_access_manager


def test_of_the_last_one_those_who_still_act_for_the_enterprise_are_told(office):
    office.grant(AMELIE, "reader")
    office.grant(AMELIE, "signatory")
    office.revoke(office.grant(DAVID))
    withdraw_all(office)

    (orphaned,) = office.announced("enterprise_orphaned")
    assert (orphaned["bce_number"], orphaned["holder_ids"]) == (ATELIERS, [str(AMELIE)])
    assert not access_of(office, AMELIE).has_access_manager
    with pytest.raises(NoAccessManager):
        office.request_role(by=DAVID)


def test_the_last_one_who_deletes_his_account_leaves_it_orphaned_too(office):
    office.grant(AMELIE)
    office.withdraw_designation(CHANTAL)
    erase(office, BERNARD)

    (orphaned,) = office.announced("enterprise_orphaned")
    assert orphaned["holder_ids"] == [str(AMELIE)]


def a_manager_for_a_term(office, person_id, *, until):
    invitation = office.invite("access_manager", person_id=person_id, valid_until=until)
    office.take(invitation_id=invitation.invitation_id, by=person_id)


def notice(office):
    commands.notice_orphaned(office.work(), now=office.now)


def test_one_whose_term_ends_leaves_it_orphaned_too_and_that_is_told_once(office):
    office.grant(AMELIE)
    a_manager_for_a_term(office, DAVID, until=date(2024, 10, 20))
    withdraw_all(office)
    office.now = datetime(2024, 10, 20, 21, 59, 59, tzinfo=UTC)
    notice(office)
    assert office.announced("enterprise_orphaned") == []

    office.pass_time(seconds=1)
    at_once(*[lambda: notice(office) for _ in range(3)])

    (orphaned,) = office.announced("enterprise_orphaned")
    assert (orphaned["bce_number"], orphaned["holder_ids"]) == (ATELIERS, [str(AMELIE)])

    office.designate(BERNARD)
    a_manager_for_a_term(office, DAVID, until=date(2024, 10, 25))
    office.withdraw_designation(BERNARD)
    office.pass_time(days=10)
    for _ in range(2):
        notice(office)
    assert len(office.announced("enterprise_orphaned")) == 2


def test_of_a_term_that_ended_before_the_last_one_went_nobody_is_told_again(office):
    a_manager_for_a_term(office, DAVID, until=date(2024, 10, 20))
    office.pass_time(days=10)
    notice(office)
    assert office.announced("enterprise_orphaned") == []

    withdraw_all(office)
    office.pass_time(days=1)
    notice(office)

    assert len(office.announced("enterprise_orphaned")) == 1


def test_of_a_struck_off_enterprise_whose_last_term_ended_nobody_is_told(office):
    a_manager_for_a_term(office, DAVID, until=date(2024, 10, 20))
    withdraw_all(office)
    office.register(ATELIERS, state="struck_off")
    office.pass_time(days=10)

    notice(office)

    assert office.announced("enterprise_orphaned") == []


def test_a_new_name_of_an_enterprise_that_was_left_tells_nobody_again(office):
    office.grant(AMELIE)
    withdraw_all(office)
    office.register(ATELIERS, name="Ateliers du Borinage")

    assert len(office.announced("enterprise_orphaned")) == 1


def test_an_enterprise_that_never_had_an_access_manager_was_not_left(office):
    for state in ("struck_off", "active"):
        office.register(COMMUNE, name="Ville d'Exemple", state=state)

    assert office.announced("enterprise_orphaned") == []


def test_the_registrys_word_ends_a_suspension(office):
    office.suspend(office.chantals)
    office.withdraw_designation(BERNARD)
    office.designate(CHANTAL)

    assert office.check(CHANTAL, "mandate.manage").decision
    assert office.announced("mandate_changed")[-1]["change"] == "resumed"


@pytest.mark.parametrize("goes", ["the registry", "he himself"])
def test_an_enterprise_that_was_left_is_told_of_once(office, goes):
    """Who rested decided nothing."""
    office.suspend(office.chantals)
    office.withdraw_designation(BERNARD)
    if goes == "the registry":
        office.withdraw_designation(CHANTAL)
    else:
        erase(office, CHANTAL)

    assert len(office.announced("enterprise_orphaned")) == 1


def test_one_that_was_left_while_it_was_struck_off_is_told_of_when_it_comes_back(office):
    office.revoke(office.chantals)
    office.register(state="struck_off")
    office.withdraw_designation(BERNARD)
    assert office.announced("enterprise_orphaned") == []

    office.register(state="active")

    assert len(office.announced("enterprise_orphaned")) == 1


def test_a_new_designation_mends_it(office):
    office.grant(AMELIE)
    withdraw_all(office)
    office.pass_time(days=1)
    again = office.designate(BERNARD, email="bernard@example.org")

    assert again.mandate_id != office.bernards.mandate_id
    assert office.check(BERNARD, "mandate.manage").mandate_id == again.mandate_id
    assert access_of(office, AMELIE).has_access_manager
    assert office.announced("access_manager_designated")[-1]["version"] == 3


def test_told_again_it_changes_nothing(office):
    office.withdraw_designation(CHANTAL)
    office.withdraw_designation(CHANTAL)
    at_once(*[lambda: office.withdraw_designation(BERNARD) for _ in range(3)])

    assert len(office.announced("access_manager_withdrawn")) == 2
    assert len(office.announced("mandate_revoked")) == 2
    assert len(office.announced("enterprise_orphaned")) == 1


def test_his_mandate_may_have_been_revoked_before(office):
    office.revoke(office.bernards, by=CHANTAL)
    office.withdraw_designation(BERNARD)

    assert len(office.announced("access_manager_withdrawn")) == 1
    assert len(office.announced("mandate_revoked")) == 1


def test_who_was_never_designated_and_what_nobody_registered_is_refused(office):
    with pytest.raises(NotFound):
        office.withdraw_designation(DAVID)
    with pytest.raises(NotFound):
        office.withdraw_designation(BERNARD, bce_number=COMMUNE)
    with pytest.raises(EnterpriseUnknown):
        office.withdraw_designation(BERNARD, bce_number=BceNumber("1000000021"))


def test_a_new_listener_is_told_of_those_alone_who_are_designated(office):
    """A restored one forgets the others for not being told of."""
    office.withdraw_designation(BERNARD)

    with office.work() as work:
        told = Counter(event.type for event in queries.states(work))
    assert (told["access_manager_withdrawn"], told["access_manager_designated"]) == (0, 1)


def test_who_has_deleted_her_account_is_named_nowhere(office):
    """She was the last access manager, and signatory too; then the registry withdraws her."""
    office.take(secret=office.invite_by_link(by=CHANTAL), by=BERNARD)
    office.withdraw_designation(CHANTAL)
    office.grant(AMELIE)
    office.pass_time(days=1)
    erase(office, BERNARD)
    office.pass_time(days=10)
    office.withdraw_designation(BERNARD)

    (orphaned,) = office.announced("enterprise_orphaned")
    assert orphaned["holder_ids"] == [str(AMELIE)]
    assert [told["person_id"] for told in office.announced("access_manager_withdrawn")] == [str(CHANTAL)]


def test_where_nobody_can_be_designated_nobody_is_told_to(office):
    office.grant(AMELIE)
    office.register(ATELIERS, state="struck_off")
    withdraw_all(office)

    assert office.announced("enterprise_orphaned") == []


def test_a_struck_off_enterprise_is_shown_as_such(office):
    office.grant(AMELIE)
    office.register(ATELIERS, state="struck_off")

    assert access_of(office, AMELIE).state == "struck_off"
