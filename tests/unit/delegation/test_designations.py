"""What CSAM's registry says about access managers."""

from datetime import timedelta

import pytest

from contracts.delegation import NO_END, AccessManagerDesignated, EnterpriseUnknown, RoleGranted
from contracts.events import Sealed
from services.delegation.domain.designations import Designation
from tests.unit.delegation.builders import (
    ACCESS_MANAGER,
    CHANTAL,
    NOON,
    TODAY,
    a_designation,
    an_enterprise,
    an_id,
)

LATER = NOON + timedelta(days=1)


def test_a_designation_is_told_with_the_sealed_address():
    designation, designated = Designation.designate(
        designation_id=an_id(),
        enterprise=an_enterprise(),
        person_id=CHANTAL,
        language="nl",
        sealed=Sealed("sealed"),
        now=NOON,
    )

    assert designated == AccessManagerDesignated(
        version=1,
        occurred_at=NOON,
        designation_id=designation.designation_id,
        person_id=CHANTAL,
        bce_number=designation.enterprise.bce_number,
        language="nl",
        sealed=Sealed("sealed"),
    )


def test_nobody_is_designated_in_a_struck_off_enterprise():
    with pytest.raises(EnterpriseUnknown):
        Designation.designate(
            designation_id=an_id(),
            enterprise=an_enterprise(state="struck_off"),
            person_id=CHANTAL,
            language="fr",
            sealed=None,
            now=NOON,
        )


def test_a_designation_gives_the_role_of_access_manager_without_a_last_day():
    designation = a_designation()

    mandate, granted = designation.give_mandate(mandate_id=an_id(), role=ACCESS_MANAGER, now=NOON)

    assert isinstance(granted, RoleGranted)
    assert (granted.role, granted.granted_by, granted.valid_from, granted.valid_until) == (
        "access_manager",
        None,
        TODAY,
        NO_END,
    )
    assert mandate.designation_id == designation.designation_id


def test_an_address_told_again_is_announced_again():
    designation = a_designation()

    designated = designation.repeat(language="fr", sealed=Sealed("another"), now=LATER)

    assert designated is not None
    assert (designated.sealed, designated.version) == (Sealed("another"), 2)


def test_the_same_told_again_without_an_address_announces_nothing():
    designation = a_designation(sealed=None)

    assert designation.repeat(language="fr", sealed=None, now=LATER) is None
    assert designation.version == 1


def test_an_address_that_the_registry_no_longer_knows_is_forgotten():
    designated = a_designation(sealed=Sealed("sealed")).repeat(language="fr", sealed=None, now=LATER)

    assert designated is not None
    assert designated.sealed is None


def test_another_language_is_told():
    designated = a_designation(sealed=None).repeat(language="de", sealed=None, now=LATER)

    assert designated is not None
    assert designated.language == "de"


def test_a_designation_told_again_after_the_enterprise_was_struck_off_is_refused():
    with pytest.raises(EnterpriseUnknown):
        a_designation(enterprise=an_enterprise(state="struck_off")).repeat(language="fr", sealed=None, now=LATER)


def test_a_withdrawn_designation_tells_its_address_once_more_and_forgets_it():
    designation = a_designation(sealed=Sealed("sealed"))

    withdrawn = designation.withdraw(now=LATER)

    assert withdrawn is not None
    assert (withdrawn.sealed, withdrawn.version, withdrawn.withdrawn_at) == (Sealed("sealed"), 2, LATER)
    assert (designation.sealed, designation.withdrawn_at) == (None, LATER)


def test_a_withdrawal_is_told_once():
    designation = a_designation()
    designation.withdraw(now=NOON)

    assert designation.withdraw(now=LATER) is None
    assert (designation.version, designation.withdrawn_at) == (2, NOON)


def test_who_was_withdrawn_may_be_designated_again():
    designation = a_designation(sealed=None)
    designation.withdraw(now=NOON)

    designated = designation.repeat(language=designation.language, sealed=None, now=LATER)

    assert isinstance(designated, AccessManagerDesignated)
    assert (designated.version, designated.occurred_at) == (3, LATER)
    assert designation.as_event() == designated
