"""Taking a role that was offered."""

from datetime import date, timedelta

import pytest

from contracts.delegation import (
    AlreadyHeld,
    EnterpriseUnknown,
    InvitationInvalid,
    RoleGranted,
)
from contracts.errors import NotFound
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.roles import Role
from tests.unit.delegation.builders import (
    BERNARD,
    CHANTAL,
    CONTRIBUTOR,
    ELODIE,
    GILLES,
    NOON,
    SIGNATORY,
    TODAY,
    a_managing_mandate,
    a_mandate,
    an_enterprise,
    an_id,
    an_invitation,
    an_invitation_to,
    managers,
)

CLERK = Role(name="reader", position=9, permissions=["dossier.read", "mandate.manage"])


def accept(invitation, *, by=ELODIE, **differently):
    facts = {
        "person_name": "Élodie Petit",
        "managers": managers(BERNARD),
        "held": [],
        "mandate_id": an_id(),
        "now": NOON,
    }
    return invitation.accept(by=by, **facts | differently)


def test_accepting_grants_the_mandate_in_the_name_of_him_who_invited():
    invitation = an_invitation()

    mandate, granted = accept(invitation)

    assert isinstance(granted, RoleGranted)
    assert (mandate.person_id, mandate.person_name, mandate.role) == (ELODIE, "Élodie Petit", CONTRIBUTOR)
    assert (granted.granted_by, granted.invitation_id) == (BERNARD, invitation.invitation_id)


def test_the_term_counts_from_the_day_of_acceptance():
    mandate, _ = accept(an_invitation(), now=NOON + timedelta(days=10))

    assert (mandate.valid_from, mandate.valid_until) == (date(2024, 10, 25), date(2025, 10, 25))


def test_the_last_day_that_was_offered_is_kept():
    mandate, _ = accept(an_invitation(valid_until=date(2024, 12, 31)))

    assert mandate.valid_until == date(2024, 12, 31)


def test_an_invitation_is_used_once():
    invitation = an_invitation()
    accept(invitation)

    for by in (ELODIE, GILLES):
        with pytest.raises(InvitationInvalid):
            accept(invitation, by=by)


def test_of_a_used_link_nothing_is_kept_that_could_be_sent_again():
    invitation = an_invitation(address_index="index")
    accept(invitation)

    assert (invitation.sealed, invitation.address_index) == (None, None)
    assert (invitation.accepted_by, invitation.accepted_at, invitation.version) == (ELODIE, NOON, 2)


def test_an_invitation_can_be_used_until_its_thirty_days_have_passed():
    mandate, _ = accept(an_invitation(), now=NOON + timedelta(days=30) - timedelta(seconds=1))

    assert mandate.person_id == ELODIE


def test_an_invitation_of_thirty_days_ago_has_expired():
    with pytest.raises(InvitationInvalid):
        accept(an_invitation(), now=NOON + timedelta(days=30))


def test_an_invitation_is_void_when_the_last_day_it_offers_has_passed():
    with pytest.raises(InvitationInvalid):
        accept(an_invitation(valid_until=TODAY), now=NOON + timedelta(days=1))


def test_an_invitation_is_void_when_he_who_invited_is_no_access_manager_any_more():
    with pytest.raises(InvitationInvalid):
        accept(an_invitation(invited_by=BERNARD), managers=managers(CHANTAL))


def test_an_invitation_is_void_when_he_who_invited_may_no_longer_give_so_much():
    narrowed = AccessManagers([a_managing_mandate(BERNARD, role=CLERK)], now=NOON)

    with pytest.raises(InvitationInvalid):
        accept(an_invitation(invited_by=BERNARD, role=SIGNATORY), managers=narrowed)


def test_who_invited_by_link_cannot_take_it_himself():
    with pytest.raises(InvitationInvalid):
        accept(an_invitation(invited_by=BERNARD), by=BERNARD)


def test_an_invitation_to_a_person_does_not_exist_for_another():
    with pytest.raises(NotFound):
        accept(an_invitation_to(ELODIE), by=GILLES)


def test_the_person_invited_takes_it():
    mandate, _ = accept(an_invitation_to(ELODIE), by=ELODIE)

    assert mandate.person_id == ELODIE


def test_nobody_takes_a_role_that_he_holds():
    with pytest.raises(AlreadyHeld):
        accept(an_invitation(), held=[a_mandate(person_id=ELODIE, role=CONTRIBUTOR)])


def test_no_mandate_begins_in_an_enterprise_struck_off_in_the_meantime():
    with pytest.raises(EnterpriseUnknown):
        accept(an_invitation(enterprise=an_enterprise(state="struck_off")))


def test_a_used_link_says_something_only_to_him_who_used_it():
    invitation = an_invitation(accepted_by=ELODIE, accepted_at=NOON)

    invitation.require_shown_to(ELODIE)
    with pytest.raises(InvitationInvalid):
        invitation.require_shown_to(GILLES)
