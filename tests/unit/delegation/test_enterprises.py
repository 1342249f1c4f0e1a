"""What the Crossroads Bank's adaptor tells of an enterprise."""

from datetime import timedelta

import pytest

from contracts.delegation import Address, EnterpriseUnknown
from tests.unit.delegation.builders import ATELIERS, NOON, an_enterprise

LATER = NOON + timedelta(days=1)


def test_the_same_told_again_changes_nothing():
    enterprise = an_enterprise()

    assert not enterprise.register(name="Ateliers du Hainaut", state="active", now=LATER)
    assert (enterprise.version, enterprise.registered_at) == (1, NOON)


def test_a_new_name_is_taken():
    enterprise = an_enterprise()

    assert enterprise.register(name="Ateliers du Borinage", state="active", now=LATER)
    assert (enterprise.name, enterprise.version, enterprise.registered_at) == ("Ateliers du Borinage", 2, LATER)


def test_the_day_of_the_strike_off_is_kept_and_told_with_all_that_is_public():
    enterprise = an_enterprise(seat={"zipcode": "7000", "municipality_fr": "Mons"}, juridical_form="014")

    enterprise.register(name="Ateliers du Hainaut", state="struck_off", now=LATER)
    told = enterprise.as_event()
    assert (told.state, told.struck_off_on, told.version, told.occurred_at) == ("struck_off", LATER.date(), 2, LATER)
    assert (told.seat, told.juridical_form) == (Address(zipcode="7000", municipality_fr="Mons"), "014")

    enterprise.register(name="Ateliers du Hainaut", state="active", now=LATER)
    assert enterprise.as_event().struck_off_on is None


def test_a_struck_off_enterprise_is_refused_where_an_active_one_is_needed():
    with pytest.raises(EnterpriseUnknown) as refusal:
        an_enterprise(state="struck_off").require_active()

    assert refusal.value.details == {"bce_number": ATELIERS}


def test_for_a_struck_off_enterprise_one_may_still_read_and_end_mandates_but_not_act():
    enterprise = an_enterprise(state="struck_off")

    assert [
        permission
        for permission in ("dossier.read", "dossier.draft", "dossier.submit", "dossier.sign", "mandate.manage")
        if enterprise.allows(permission)
    ] == ["dossier.read", "mandate.manage"]
