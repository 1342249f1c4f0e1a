"""Which address a matter goes to."""

from __future__ import annotations

from datetime import timedelta

from services.notifications.domain.contacts import CITIZEN, best_contact
from tests.unit.notifications.builders import ATELIERS, COMMUNE, NOON, a_contact

OWN = a_contact(address="own@example.org")
DESIGNATED = a_contact(space=ATELIERS, source="designation", address="designated@example.org")
AT_WORK = a_contact(space=ATELIERS, address="at-work@example.org")


def test_a_citizen_matter_goes_to_the_address_confirmed_for_the_citizen_space():
    assert best_contact([DESIGNATED, AT_WORK, OWN], space=CITIZEN) is OWN


def test_a_citizen_matter_never_goes_to_the_mailbox_that_an_enterprise_gave():
    assert best_contact([DESIGNATED, AT_WORK], space=CITIZEN) is None


def test_an_access_manager_who_never_signed_in_is_reached_at_his_designation():
    assert best_contact([DESIGNATED], space=ATELIERS) is DESIGNATED


def test_the_designation_stays_good_for_the_enterprise_though_he_confirmed_an_address_of_his_own():
    assert best_contact([DESIGNATED, OWN], space=ATELIERS) is DESIGNATED


def test_what_he_confirmed_for_the_enterprise_comes_before_the_designation():
    assert best_contact([AT_WORK, DESIGNATED, OWN], space=ATELIERS) is AT_WORK


def test_who_has_no_address_for_the_enterprise_is_reached_at_her_own():
    assert best_contact([OWN], space=ATELIERS) is OWN


def test_an_address_for_another_enterprise_is_never_used():
    assert best_contact([DESIGNATED, AT_WORK], space=COMMUNE) is None


def test_a_designation_without_an_address_is_no_contact():
    assert best_contact([a_contact(space=ATELIERS, source="designation", address=None)], space=ATELIERS) is None


def test_of_two_designations_the_one_told_last_counts():
    newer = a_contact(space=ATELIERS, source="designation", told_at=NOON + timedelta(days=1))

    assert best_contact([newer, DESIGNATED], space=ATELIERS) is newer
