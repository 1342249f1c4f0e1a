"""Two acts at the same moment, of which the one takes away what the other rests on; on a real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chassis.statements import Signer, Verifier
from contracts.delegation import InvitationInvalid, LastAccessManager, NotOfTheOffice
from contracts.errors import NotFound, PermissionMissing, StatementExpired
from contracts.identity import PersonErased
from services.delegation import decisions, reactions
from tests.integration.delegation.turns import at_once
from tests.unit.delegation.builders import AMELIE, ATELIERS, BERNARD, CHANTAL, COMMUNE, DAVID, ELODIE, GILLES, TODAY

LAST_SECOND = datetime(2024, 10, 15, 21, 59, 59, tzinfo=UTC)


@pytest.fixture
def chain(office):
    """The Ateliers have the Commune act for them, where Gilles is access manager and David works."""
    office.designate(GILLES, bce_number=COMMUNE)
    office.davids = office.accept(office.request_role("contributor", by=DAVID, bce_number=COMMUNE), by=GILLES)
    return office.mandate_office()


def of(results, kind):
    return [result for result in results if isinstance(result, kind)]


def erase(office, person_id):
    erased = PersonErased(occurred_at=office.now, version=1, person_id=person_id, language="fr", sealed=None)
    with office.work() as work:
        reactions.end_what_was_of(work, erased, now=office.now)


# ------------------------------------------------------------ who decides, and who takes that away


@pytest.mark.parametrize("leave", ["suspend", "revoke"])
def test_who_is_being_put_to_rest_accepts_nothing_afterwards(office, leave):
    asked = office.request_role()

    with office.transaction():
        getattr(office, leave)(office.chantals, by=BERNARD)
        accepted = office.begin(lambda: office.accept(asked, by=CHANTAL))

    assert isinstance(accepted.exception(), NotFound)
    assert not office.check(AMELIE, "dossier.read").decision


@pytest.mark.parametrize("leave", ["suspend", "revoke"])
def test_two_who_put_one_another_to_rest_do_not_both(office, leave):
    act = getattr(office, leave)

    results = at_once(lambda: act(office.chantals, by=BERNARD), lambda: act(office.bernards, by=CHANTAL))

    # To him who lost, the enterprise's affairs do not exist any more.
    assert len(of(results, NotFound)) == 1
    managing = [person_id for person_id in (BERNARD, CHANTAL) if office.check(person_id, "mandate.manage").decision]
    assert len(managing) == 1


def test_whoever_leaves_or_is_suspended_at_once_one_stays(office):
    results = at_once(
        lambda: office.revoke(office.bernards, by=BERNARD), lambda: office.suspend(office.bernards, by=CHANTAL)
    )
    assert not of(results, LastAccessManager)

    results = at_once(
        lambda: office.revoke(office.chantals, by=CHANTAL), lambda: office.revoke_all_of(CHANTAL, by=CHANTAL)
    )
    assert len(of(results, LastAccessManager)) == 2
    assert office.check(CHANTAL, "mandate.manage").decision


def test_what_somebody_is_giving_while_he_is_revoked_with_all_he_gave_goes_too(office):
    davids = office.grant(DAVID, "access_manager")
    asked = office.request_role("signatory", by=AMELIE)

    with office.transaction():
        office.accept(asked, by=DAVID)
        revoked = office.begin(lambda: office.revoke(davids, by=CHANTAL, cascade=True))

    assert revoked.result().revoked_by == CHANTAL
    for person_id in (AMELIE, DAVID):
        assert not office.check(person_id, "dossier.read").decision


def test_the_office_he_is_having_act_while_he_is_revoked_with_all_he_gave_goes_too(office, chain):
    davids = office.grant(DAVID, "access_manager")

    with office.transaction():
        given = office.mandate_office(role="reader", by=DAVID)
        office.assign(given, GILLES, by=GILLES)
        revoked = office.begin(lambda: office.revoke(davids, by=CHANTAL, cascade=True))

    assert revoked.result().revoked_by == CHANTAL
    assert not office.check(GILLES, "dossier.read").decision
    assert len(office.announced("enterprise_mandate_ended")) == 1


# ------------------------------------------------------------ an invitation, and what it rests on


def test_an_invitation_that_is_being_withdrawn_is_not_taken(office):
    invitation = office.invite(person_id=DAVID)

    with office.transaction():
        office.withdraw_invitation(invitation.invitation_id)
        taken = office.begin(lambda: office.take(invitation_id=invitation.invitation_id, by=DAVID))

    assert isinstance(taken.exception(), InvitationInvalid)
    assert not office.check(DAVID, "dossier.read").decision


def test_an_invitation_of_one_who_is_being_suspended_is_not_taken(office):
    secret = office.invite_by_link(by=CHANTAL)

    with office.transaction():
        office.suspend(office.chantals, by=BERNARD)
        taken = office.begin(lambda: office.take(secret=secret, by=DAVID))

    assert isinstance(taken.exception(), InvitationInvalid)


def test_a_link_that_is_followed_by_two_at_once_serves_one(office):
    secret = office.invite_by_link()

    results = at_once(*[lambda by=by: office.take(secret=secret, by=by) for by in (DAVID, AMELIE, GILLES)])

    assert len(of(results, InvitationInvalid)) == 2
    assert sum(office.check(one, "dossier.read").decision for one in (DAVID, AMELIE, GILLES)) == 1


# ------------------------------------------------------------ an office


def test_who_is_being_let_go_by_the_office_is_not_assigned_afterwards(office, chain):
    with office.transaction():
        office.revoke(office.davids, by=GILLES)
        assigned = office.begin(lambda: office.assign(chain, DAVID, by=GILLES))

    assert isinstance(assigned.exception(), NotOfTheOffice)
    assert not office.check(DAVID, "dossier.read").decision


def test_who_is_being_let_go_by_the_office_takes_nobody_back_for_it_afterwards(office, chain):
    office.designate(ELODIE, bce_number=COMMUNE)
    assigned = office.assign(chain, DAVID, by=GILLES)

    with office.transaction():
        office.withdraw_designation(ELODIE, bce_number=COMMUNE)
        taken = office.begin(lambda: office.revoke(assigned, by=ELODIE))

    assert isinstance(taken.exception(), NotFound)
    assert office.check(DAVID, "dossier.submit").decision


def test_who_is_let_go_by_the_office_while_he_is_assigned_acts_for_nobody(office, chain):
    with office.transaction():
        office.assign(chain, DAVID, by=GILLES)
        let_go = office.begin(lambda: office.revoke(office.davids, by=GILLES))

    assert let_go.result().revoked_by == GILLES
    assert not office.check(DAVID, "dossier.read").decision
    office.end_broken_chains()
    assert not office.check(DAVID, "dossier.read").decision


def test_client_and_office_end_it_at_once_and_it_ends_once(office, chain):
    office.assign(chain, DAVID, by=GILLES)

    results = at_once(lambda: office.end_office(chain, by=BERNARD), lambda: office.end_office(chain, by=GILLES))

    assert not of(results, Exception)
    assert len(office.announced("enterprise_mandate_ended")) == 1
    assert len(office.announced("mandate_revoked")) == 1
    assert not office.check(DAVID, "dossier.read").decision


def test_two_that_have_one_another_act_at_once_both_do(office, chain):
    office.end_office(chain)

    results = at_once(
        *[lambda: office.mandate_office(COMMUNE, by=BERNARD), lambda: office.mandate_office(COMMUNE, by=CHANTAL)],
        *[lambda: office.mandate_office(ATELIERS, bce_number=COMMUNE, by=GILLES)] * 2,
    )

    assert sorted(type(result).__name__ for result in results) == sorted(
        [*["AlreadyHeld"] * 2, *["EnterpriseMandate"] * 2]
    )


def test_who_deletes_his_account_while_he_is_assigned_keeps_nothing(office, chain):
    with office.transaction():
        office.assign(chain, DAVID, by=GILLES)
        erased = office.begin(lambda: erase(office, DAVID))

    assert erased.exception() is None
    for bce_number in (ATELIERS, COMMUNE):
        assert not office.check(DAVID, "dossier.read", bce_number=bce_number).decision


# ------------------------------------------------------------ the last moment


def decide(office, keys):
    signer = Signer("delegation", keys.signing_key_file("delegation"))
    what = {"person_id": AMELIE, "bce_number": ATELIERS, "permission": "dossier.submit", "procedure": None}
    return decisions.issue_decision(office.work(), **what, signer=signer, now=office.now)


def test_a_decision_of_the_last_second_of_a_mandate_ends_with_it(office, keys):
    office.grant(AMELIE, valid_until=TODAY)
    office.now = LAST_SECOND
    statement = decide(office, keys)
    verifier = Verifier(keys.statement_keys_file)

    assert verifier.verify("decision", statement, now=LAST_SECOND).person_id == AMELIE
    # Clocks may differ by as much as the verifier grants, and no more.
    with pytest.raises(StatementExpired):
        verifier.verify("decision", statement, now=LAST_SECOND + timedelta(seconds=7))
    office.pass_time(seconds=1)
    with pytest.raises(PermissionMissing):
        decide(office, keys)
