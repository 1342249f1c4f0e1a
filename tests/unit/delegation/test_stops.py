"""How a mandate was ended or suspended: who is told by whom, and who reads the words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.delegation import Stop
from services.delegation.domain import reasons
from services.delegation.domain.stops import CAUSES, Onlooker, where_decided
from tests.unit.delegation.builders import (
    ATELIERS,
    BERNARD,
    CHANTAL,
    COMMUNE,
    DAVID,
    ELODIE,
    GILLES,
    NOON,
    a_managing_mandate,
    a_mandate,
    an_id,
    managers,
)
from tests.unit.delegation.test_enterprise_mandates import OFFICE, a_chain

LATER = NOON + timedelta(hours=1)
# Of the access managers, CSAM's registry told no name of Bernard.
MANAGING = {
    ATELIERS: [a_managing_mandate(BERNARD), a_managing_mandate(CHANTAL, person_name="Chantal Simon")],
    COMMUNE: [a_managing_mandate(GILLES, person_name="Gilles Weber", enterprise=OFFICE)],
}


def told(mandate, *, to, manages=None):
    return Onlooker(to, manages=manages, managing=MANAGING).stop_of(mandate, now=LATER)


def revoked(by, reason="Parti.", **differently):
    """``differently``: ``revoked_for``, the enterprise or by its holder where nothing is said."""
    party = "holder" if by == DAVID else "enterprise" if by is not None else None
    stopped = {"revoked_at": NOON, "revoked_by": by, "revoked_for": party, "revocation_reason": reason}
    return a_mandate(**stopped | differently)


def assigned(by, **differently):
    return revoked(by, enterprise_mandate_id=an_id(), via_bce_number=COMMUNE, **differently)


def suspended(by, reason="Absence.", **differently):
    return a_mandate(suspended_at=NOON, suspended_by=by, suspension_reason=reason, **differently)


def test_what_is_in_force_or_has_expired_was_stopped_by_nobody():
    expired = a_mandate(valid_until=NOON.date() - timedelta(days=1))

    assert [told(one, to=BERNARD, manages=ATELIERS) for one in (a_mandate(), expired)] == [None, None]


@pytest.mark.parametrize("stopped", [revoked, suspended])
def test_the_access_managers_read_when_who_and_why(stopped):
    by_chantal, by_bernard = stopped(CHANTAL, "Absence."), stopped(BERNARD, "Absence.")

    assert told(by_chantal, to=BERNARD, manages=ATELIERS) == Stop(
        at=NOON, by="enterprise", by_name="Chantal Simon", reason="Absence."
    )
    assert told(by_bernard, to=CHANTAL, manages=ATELIERS) == Stop(at=NOON, by="enterprise", reason="Absence.")
    assert told(by_bernard, to=BERNARD, manages=ATELIERS) == Stop(at=NOON, by="asker", reason="Absence.")


@pytest.mark.parametrize("stopped", [revoked, suspended])
def test_the_holder_is_told_by_whom_and_not_the_words(stopped):
    assert told(stopped(CHANTAL), to=DAVID) == Stop(at=NOON, by="enterprise", by_name="Chantal Simon")
    assert told(stopped(BERNARD), to=DAVID) == Stop(at=NOON, by="enterprise")


def test_who_gave_a_role_up_reads_his_own_words_as_do_the_access_managers():
    assert told(revoked(DAVID), to=DAVID) == Stop(at=NOON, by="asker", reason="Parti.")
    assert told(revoked(DAVID), to=BERNARD, manages=ATELIERS) == Stop(at=NOON, by="holder", reason="Parti.")


def test_of_what_an_office_took_back_the_client_is_told_the_side_and_the_office_the_words():
    by_office = assigned(GILLES, revoked_for="office")

    assert told(by_office, to=BERNARD, manages=ATELIERS) == Stop(at=NOON, by="office")
    assert told(by_office, to=DAVID) == Stop(at=NOON, by="office")
    assert told(by_office, to=ELODIE, manages=COMMUNE) == Stop(
        at=NOON, by="office", by_name="Gilles Weber", reason="Parti."
    )


def test_of_what_a_client_took_from_one_of_its_people_the_office_is_told_the_side():
    by_client = assigned(CHANTAL)

    assert told(by_client, to=GILLES, manages=COMMUNE) == Stop(at=NOON, by="enterprise")
    assert told(by_client, to=BERNARD, manages=ATELIERS).reason == "Parti."
    assert told(assigned(DAVID), to=GILLES, manages=COMMUNE) == Stop(at=NOON, by="holder")


def test_who_decides_for_both_suspends_one_of_an_offices_people_for_the_client():
    """The office suspends nobody: what its access manager wrote as one of the client's is for the client."""
    by_both = suspended(GILLES, enterprise_mandate_id=an_id(), via_bce_number=COMMUNE)

    assert told(by_both, to=BERNARD, manages=ATELIERS) == Stop(at=NOON, by="enterprise", reason="Absence.")
    assert told(by_both, to=ELODIE, manages=COMMUNE) == Stop(at=NOON, by="enterprise")


@pytest.mark.parametrize(
    ("by", "reason", "doer", "cause"),
    [
        (DAVID, reasons.ACCOUNT_DELETED, "holder", "account_deleted"),
        (None, reasons.DESIGNATION_WITHDRAWN, "registry", "designation_withdrawn"),
        (None, reasons.CHAIN_BROKEN, "nobody", "office_ended"),
        (None, reasons.OFFICE_LOST, "nobody", "role_in_office_ended"),
    ],
)
def test_our_own_reasons_are_told_to_all_by_a_name_that_has_its_sentence(by, reason, doer, cause):
    for to, manages in ((BERNARD, ATELIERS), (GILLES, COMMUNE)):
        assert told(revoked(by, reason), to=to, manages=manages) == Stop(at=NOON, by=doer, cause=cause)
    assert told(revoked(by, reason), to=DAVID).cause == cause


def test_what_nobody_suspended_rests_of_itself():
    for reason in reasons.OUR_OWN_RESTS:
        assert told(suspended(None, reason), to=DAVID) == Stop(at=NOON, by="nobody", cause=CAUSES[reason])


def test_all_our_own_reasons_have_a_name():
    assert set(CAUSES) == {*reasons.OUR_OWN, *reasons.OUR_OWN_RESTS}


def test_words_that_were_forgotten_are_none():
    assert told(revoked(CHANTAL, ""), to=BERNARD, manages=ATELIERS).reason is None


def test_each_side_of_a_chain_is_told_which_ended_it_and_reads_its_own_words():
    chain = a_chain()
    chain.end(by=BERNARD, managers=managers(BERNARD), office_managers=managers(GILLES), reason="Fin.", now=NOON)

    def told_of_chain(to, manages):
        return Onlooker(to, manages=manages, managing=MANAGING).stop_of_chain(chain, now=LATER)

    assert told_of_chain(BERNARD, ATELIERS) == Stop(at=NOON, by="asker", reason="Fin.")
    assert told_of_chain(CHANTAL, ATELIERS) == Stop(at=NOON, by="enterprise", reason="Fin.")
    assert told_of_chain(GILLES, COMMUNE) == Stop(at=NOON, by="enterprise")
    chain.revoked_by, chain.revoked_for = GILLES, "office"
    assert told_of_chain(BERNARD, ATELIERS) == Stop(at=NOON, by="office")
    assert told_of_chain(ELODIE, COMMUNE) == Stop(at=NOON, by="office", by_name="Gilles Weber", reason="Fin.")


def test_who_decides_for_both_sides_of_a_chain_ends_it_for_the_client():
    chain, both = a_chain(), {"managers": managers(GILLES), "office_managers": managers(GILLES)}
    chain.end(by=GILLES, **both, reason="Fin.", now=NOON)
    managing = MANAGING | {ATELIERS: [a_managing_mandate(GILLES, person_name="Gilles Weber")]}

    stops = [
        Onlooker(to, manages=manages, managing=managing).stop_of_chain(chain, now=LATER)
        for to, manages in ((BERNARD, ATELIERS), (ELODIE, COMMUNE))
    ]
    assert stops == [
        Stop(at=NOON, by="enterprise", by_name="Gilles Weber", reason="Fin."),
        Stop(at=NOON, by="enterprise"),
    ]


def test_who_married_since_is_named_as_now():
    names = ("Chantal Simon", "Chantal Renard", None)
    held = [a_managing_mandate(CHANTAL, person_name=name) for name in names]
    onlooker = Onlooker(BERNARD, manages=ATELIERS, managing={ATELIERS: held})

    assert onlooker.stop_of(revoked(CHANTAL), now=LATER).by_name == "Chantal Renard"


def test_a_chain_that_nobody_confirmed_rests_of_itself():
    chain = a_chain()
    chain.suspend_unconfirmed(managers=managers(BERNARD), office_managers=managers(GILLES), now=NOON)

    stop = Onlooker(GILLES, manages=COMMUNE, managing={}).stop_of_chain(chain, now=LATER)
    assert stop == Stop(at=NOON, by="nobody", cause="unconfirmed")


def test_each_side_of_a_chain_that_the_client_suspended_is_told_so():
    chain = a_chain()
    chain.suspend(by=CHANTAL, managers=managers(CHANTAL), office_managers=managers(GILLES), reason="Litige.", now=NOON)

    def told_of_chain(to, manages):
        return Onlooker(to, manages=manages, managing=MANAGING).stop_of_chain(chain, now=LATER)

    assert where_decided([], [chain]) == {ATELIERS, COMMUNE}
    assert told_of_chain(CHANTAL, ATELIERS) == Stop(at=NOON, by="asker", reason="Litige.")
    assert told_of_chain(BERNARD, ATELIERS).reason == "Litige."
    assert told_of_chain(GILLES, COMMUNE) == Stop(at=NOON, by="enterprise")


def test_only_where_somebody_else_decided_are_access_managers_looked_for():
    assert where_decided([a_mandate(), revoked(DAVID), suspended(None)], [a_chain()]) == set()
    assert where_decided([revoked(BERNARD)]) == where_decided([suspended(BERNARD)]) == {ATELIERS}
    assert where_decided([assigned(BERNARD)]) == {ATELIERS, COMMUNE}
