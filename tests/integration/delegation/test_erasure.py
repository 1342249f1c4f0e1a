"""Who deletes his account acts for nobody any more."""

from __future__ import annotations

from contracts.identity import PersonErased
from services.delegation import queries, reactions
from services.delegation.storage import tables
from tests.unit.delegation.builders import AMELIE, ATELIERS, BERNARD, CHANTAL, COMMUNE, DAVID, GILLES


def erase(office, person_id, *, occurred_at=None):
    event = PersonErased(
        person_id=person_id, language="fr", sealed=None, version=1, occurred_at=occurred_at or office.now
    )
    with office.work() as work:
        reactions.end_what_was_of(work, event, now=office.now)


def test_all_mandates_end_and_are_told(office):
    mandate = office.grant(AMELIE, "signatory")
    other = office.grant(DAVID, "signatory")
    office.pass_time(minutes=1)

    erase(office, AMELIE)

    (revoked,) = office.announced("mandate_revoked")
    assert revoked["mandate_id"] == str(mandate.mandate_id)
    assert office.check(AMELIE, "dossier.read").decision is False
    assert office.check(DAVID, "dossier.read").decision is True
    kept = {row.mandate_id: row for row in office.rows(tables.mandates)}
    assert (kept[mandate.mandate_id].person_name, kept[mandate.mandate_id].revocation_reason) == (
        None,
        "account deleted",
    )
    assert kept[other.mandate_id].person_name is not None


def test_a_request_that_is_open_needs_no_decision(office):
    asked = office.request_role(by=AMELIE)
    office.pass_time(minutes=1)

    erase(office, AMELIE)
    erase(office, AMELIE)

    (withdrawn,) = office.announced("role_request_withdrawn")
    assert withdrawn["role_request_id"] == str(asked.role_request_id)
    (row,) = [row for row in office.rows(tables.role_requests) if row.role_request_id == asked.role_request_id]
    assert (row.state, row.requester_name, row.message) == ("withdrawn", "", "")
    with office.work() as work:
        assert [event.type for event in queries.states(work) if event.subject == str(asked.role_request_id)] == [
            "role_request_withdrawn"
        ]


def test_the_last_access_manager_goes_too(office):
    """He was told what it means before he asked for it."""
    office.designate(GILLES, bce_number=COMMUNE)
    office.pass_time(minutes=1)
    alone = queries.list_managed_alone(office.work(), person_id=GILLES, now=office.now)
    assert [access.bce_number for access in alone] == [COMMUNE]

    erase(office, GILLES)

    assert queries.list_my_enterprises(office.work(), person_id=GILLES, now=office.now) == []


def test_of_several_access_managers_none_is_alone(office):
    assert queries.list_managed_alone(office.work(), person_id=BERNARD, now=office.now) == []
    assert {
        access.bce_number for access in queries.list_my_enterprises(office.work(), person_id=CHANTAL, now=office.now)
    } == {ATELIERS}


def test_what_was_given_after_he_came_back_stays(office):
    erased_at = office.now
    office.pass_time(days=1)
    office.grant(AMELIE, "signatory")

    erase(office, AMELIE, occurred_at=erased_at)

    assert office.announced("mandate_revoked") == []
    assert office.check(AMELIE, "dossier.read").decision is True
