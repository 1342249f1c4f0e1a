"""Inviting somebody to a role."""

from datetime import UTC, date, datetime, timedelta

import pytest

from contracts.delegation import (
    AlreadyHeld,
    AlreadyInvited,
    EnterpriseUnknown,
    PersonInvited,
    TermTooLong,
)
from contracts.errors import InvalidRequest, NotFound, PermissionMissing
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.invitations import Invitation, hash_of
from services.delegation.domain.roles import Role
from services.delegation.domain.scopes import Scope
from tests.unit.delegation.builders import (
    BERNARD,
    CONTRIBUTOR,
    DAVID,
    ELODIE,
    NOON,
    READER,
    a_managing_mandate,
    a_mandate,
    an_enterprise,
    an_id,
    an_invitation,
    an_invitation_to,
    managers,
)

CLERK = Role(name="reader", position=9, permissions=["dossier.read", "mandate.manage"])


def invite(**differently):
    facts = {
        "invitation_id": an_id(),
        "enterprise": an_enterprise(),
        "role": CONTRIBUTOR,
        "by": BERNARD,
        "managers": managers(BERNARD),
        "held": [],
        "valid_until": None,
        "language": "fr",
        "secret_hash": "hash",
        "sealed": "sealed",
        "now": NOON,
    }
    return Invitation.invite(**facts | differently)


def test_who_is_invited_is_told_what_the_role_is_limited_to():
    _, invited = invite(scope=Scope.of("2134567845", ["taxes", "economy"]))

    assert (invited.establishment_number, invited.procedure_categories) == ("2134567845", ["economy", "taxes"])


def test_an_invitation_by_link_is_open_for_thirty_days():
    invitation, invited = invite()

    assert invited == PersonInvited(
        version=1,
        occurred_at=NOON,
        invitation_id=invitation.invitation_id,
        person_id=None,
        bce_number=invitation.enterprise.bce_number,
        enterprise_name="Ateliers du Hainaut",
        role="contributor",
        language="fr",
        expires_at=datetime(2024, 11, 14, 10, 0, tzinfo=UTC),
        sealed="sealed",
    )


def test_an_invitation_to_a_known_person_names_him_and_seals_nothing():
    _, invited = invite(person_id=ELODIE, secret_hash=None, sealed=None)

    assert (invited.person_id, invited.sealed) == (ELODIE, None)


def test_who_is_no_access_manager_invites_nobody():
    with pytest.raises(NotFound):
        invite(by=DAVID)


def test_nobody_offers_more_than_he_holds():
    with pytest.raises(PermissionMissing):
        invite(by=DAVID, managers=AccessManagers([a_managing_mandate(DAVID, role=CLERK)], now=NOON))


def test_nobody_invites_himself():
    with pytest.raises(InvalidRequest) as refusal:
        invite(person_id=BERNARD, secret_hash=None, sealed=None)

    assert list(refusal.value.details["fields"]) == ["person_id"]


def test_a_role_that_the_person_holds_is_not_offered():
    with pytest.raises(AlreadyHeld):
        invite(person_id=ELODIE, held=[a_mandate(person_id=ELODIE, role=CONTRIBUTOR)])


def test_who_has_an_open_invitation_to_the_role_is_not_invited_again():
    open_one = an_invitation_to(ELODIE)

    with pytest.raises(AlreadyInvited):
        invite(person_id=ELODIE, beside=[open_one])
    assert invite(person_id=ELODIE, role=READER, beside=[open_one])
    assert invite(person_id=ELODIE, beside=[open_one], now=open_one.expires_at)
    assert invite(person_id=ELODIE, beside=[an_invitation_to(ELODIE, ended_as="declined", ended_at=NOON)])


def test_one_that_is_over_is_not_sent_again_beside_one_that_is_open():
    over, tomorrow = an_invitation_to(ELODIE, expires_at=NOON), NOON + timedelta(days=1)

    with pytest.raises(AlreadyInvited):
        over.resend(by=BERNARD, managers=managers(BERNARD), beside=[over, an_invitation_to(ELODIE)], now=tomorrow)
    assert over.resend(by=BERNARD, managers=managers(BERNARD), beside=[over], now=tomorrow)


def test_nobody_is_invited_to_a_struck_off_enterprise():
    with pytest.raises(EnterpriseUnknown):
        invite(enterprise=an_enterprise(state="struck_off"))


def test_more_than_five_years_cannot_be_offered():
    with pytest.raises(TermTooLong):
        invite(valid_until=date(2029, 10, 16))


def test_only_an_open_invitation_is_told_again():
    invitation, invited = invite()
    assert invitation.as_event() == invited

    assert an_invitation(accepted_by=ELODIE, accepted_at=NOON).as_event() is None


def test_the_secret_cannot_be_read_from_what_is_kept():
    assert hash_of("secret") != "secret"
    assert hash_of("secret") == hash_of("secret") != hash_of("Secret")
