"""Who may decide, at an instant, who acts for an enterprise."""

from datetime import date, timedelta

import pytest

from contracts.errors import NotFound, PermissionMissing
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.roles import Role
from tests.unit.delegation.builders import (
    ACCESS_MANAGER,
    BERNARD,
    CHANTAL,
    CONTRIBUTOR,
    DAVID,
    GILLES,
    NOON,
    SIGNATORY,
    TODAY,
    a_managing_mandate,
    a_mandate,
    managers,
)


def test_who_holds_another_role_is_no_access_manager():
    assert not AccessManagers([a_mandate(role=SIGNATORY)], now=NOON).include(DAVID)


@pytest.mark.parametrize(
    "differently",
    [
        {"revoked_at": NOON},
        {"valid_from": date(2023, 10, 15), "valid_until": TODAY - timedelta(days=1)},
        {"valid_from": TODAY + timedelta(days=1)},
    ],
    ids=["revoked", "expired", "not yet valid"],
)
def test_a_mandate_that_is_not_in_force_gives_no_authority(differently):
    assert AccessManagers([a_managing_mandate(**differently)], now=NOON).person_ids == []


def test_an_access_manager_of_two_mandates_is_named_once():
    assert managers(BERNARD, CHANTAL, BERNARD).person_ids == [BERNARD, CHANTAL]


def test_a_stranger_has_no_authority_as_if_the_enterprise_did_not_exist():
    with pytest.raises(NotFound):
        managers(BERNARD).authority_of(GILLES)


def test_an_access_manager_decides_under_his_own_mandate():
    mandate = a_managing_mandate(BERNARD)

    assert AccessManagers([a_managing_mandate(CHANTAL), mandate], now=NOON).authority_of(BERNARD) is mandate


def test_nobody_grants_more_than_he_holds():
    clerk = Role(name="contributor", position=9, permissions=["dossier.read", "mandate.manage"])
    held = a_managing_mandate(DAVID, role=clerk)

    with pytest.raises(PermissionMissing) as refusal:
        AccessManagers([held], now=NOON).authority_of(DAVID, over=CONTRIBUTOR)

    assert refusal.value.details == {"permission": "dossier.draft", "missing": "nobody grants more than he holds"}


def test_of_two_mandates_the_one_that_suffices_is_the_authority():
    clerk = Role(name="contributor", position=9, permissions=["dossier.read", "mandate.manage"])
    wide = a_managing_mandate(DAVID, role=ACCESS_MANAGER)

    authority = AccessManagers([a_managing_mandate(DAVID, role=clerk), wide], now=NOON).authority_of(
        DAVID, over=CONTRIBUTOR
    )

    assert authority is wide
