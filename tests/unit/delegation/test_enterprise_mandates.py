"""An enterprise has an office act for it: who gives that, who is carried by it, and either ends it."""

from datetime import date, timedelta

import pytest

from contracts.delegation import (
    AlreadyHeld,
    EnterpriseUnknown,
    MandateEnded,
    NoAccessManager,
    TermTooLong,
)
from contracts.errors import InvalidRequest, NotFound, PermissionMissing
from services.delegation.domain.access_managers import AccessManagers
from services.delegation.domain.enterprise_mandates import EnterpriseMandate
from services.delegation.domain.scopes import WHOLE, Scope
from tests.unit.delegation.builders import (
    ACCESS_MANAGER,
    AMELIE,
    ATELIERS,
    BERNARD,
    CHANTAL,
    COMMUNE,
    CONTRIBUTOR,
    DAVID,
    ELODIE,
    GILLES,
    NOON,
    SIGNATORY,
    TODAY,
    a_managing_mandate,
    a_mandate,
    an_enterprise,
    an_id,
    managers,
)

CLIENT, OFFICE = an_enterprise(), an_enterprise(bce_number=COMMUNE, name="Fiduciaire d'Exemple")


def give(**differently):
    facts = {
        "enterprise_mandate_id": an_id(),
        "enterprise": CLIENT,
        "office": OFFICE,
        "role": SIGNATORY,
        "scope": WHOLE,
        "valid_until": None,
        "by": BERNARD,
        "managers": managers(BERNARD),
        "office_managers": managers(GILLES, ELODIE),
        "given": [],
        "now": NOON,
    }
    return EnterpriseMandate.give(**facts | differently)


def a_chain(**differently):
    return give(**differently)[0]


def in_office(**differently):
    """David works there."""
    return a_mandate(**{"enterprise": OFFICE, "person_id": DAVID, "role": CONTRIBUTOR} | differently)


def test_a_client_has_an_office_act_for_it_and_the_offices_access_managers_are_told():
    chain, told = give(scope=Scope.of(None, ["taxes"]), valid_until=date(2029, 10, 15))

    assert (chain.valid_from, chain.valid_until, chain.state(NOON)) == (TODAY, date(2029, 10, 15), "active")
    assert (told.bce_number, told.office_bce_number, told.role) == (ATELIERS, COMMUNE, "signatory")
    assert (told.manager_ids, told.procedure_categories, told.version) == ([GILLES, ELODIE], ["taxes"], 1)


def test_nobody_but_the_clients_access_managers_gives_it():
    for stranger in (GILLES, AMELIE):
        with pytest.raises(NotFound):
            give(by=stranger)


def test_nobody_gives_more_than_he_holds():
    limited = a_managing_mandate(BERNARD, role=_managing_and_reading())

    with pytest.raises(PermissionMissing):
        give(managers=AccessManagers([limited], now=NOON))


def _managing_and_reading():
    return type(SIGNATORY)(name="reader", position=9, permissions=["dossier.read", "mandate.manage"])


@pytest.mark.parametrize(
    ("differently", "field"),
    [
        ({"role": ACCESS_MANAGER}, "role"),
        ({"office": CLIENT}, "office_bce_number"),
        ({"scope": Scope.of(None, ["Not a category"])}, "procedure_categories"),
    ],
    ids=["to decide who acts", "to itself", "for what is no category"],
)
def test_what_cannot_be_given_is_told_at_its_field(differently, field):
    with pytest.raises(InvalidRequest) as refusal:
        give(**differently)

    assert list(refusal.value.details["fields"]) == [field]


@pytest.mark.parametrize("which", ["enterprise", "office"])
def test_both_must_be_active(which):
    gone = an_enterprise(bce_number=ATELIERS if which == "enterprise" else COMMUNE, state="struck_off")

    with pytest.raises(EnterpriseUnknown):
        give(**{which: gone})


def test_it_lasts_five_years_at_most():
    with pytest.raises(TermTooLong):
        give(valid_until=date(2029, 10, 16))


def test_it_is_not_given_twice_but_for_other_affairs_or_after_its_end():
    with pytest.raises(AlreadyHeld):
        give(given=[a_chain()])
    give(given=[a_chain(role=CONTRIBUTOR), a_chain(scope=Scope.of(None, ["taxes"]))])
    ended = a_chain()
    ended.revoked_at = NOON
    give(given=[ended])


def test_an_office_that_nobody_manages_is_mandated_in_vain():
    with pytest.raises(NoAccessManager):
        give(office_managers=managers())


def test_a_renewed_chain_lasts_from_today_on_and_the_office_is_told():
    chain = a_chain()

    told = renew(chain, valid_until=date(2028, 1, 1))

    assert (chain.valid_until, told.valid_until, told.manager_ids, told.version) == (
        date(2028, 1, 1),
        date(2028, 1, 1),
        [GILLES],
        2,
    )
    assert (chain.as_event().type, chain.as_event().manager_ids) == ("enterprise_mandate_renewed", [])


def test_a_chain_is_shortened_only_where_a_day_is_named():
    chain = a_chain()

    for until, last_day in ((date(2028, 1, 1),) * 2, (None, date(2028, 1, 1)), (date(2025, 1, 1),) * 2):
        renew(chain, valid_until=until)
        assert chain.valid_until == last_day


def test_a_chain_that_is_renewed_to_the_day_that_it_has_tells_nothing_and_its_end_is_told_as_before():
    chain = a_chain(valid_until=TODAY + timedelta(days=31))
    later = NOON + timedelta(days=5)

    assert renew(chain, valid_until=chain.valid_until, now=later) is None

    assert (chain.version, chain.renewed_at) == (1, later)
    assert chain.note_expiring(told_as="office", now=later)


def renew(chain, **differently):
    facts = {
        "by": BERNARD,
        "managers": managers(BERNARD),
        "office_managers": managers(GILLES),
        "valid_until": None,
        "now": NOON,
    }
    return chain.renew(**facts | differently)


@pytest.mark.parametrize("which", ["enterprise", "office"])
def test_a_chain_is_renewed_where_both_are_active(which):
    chain = a_chain()
    setattr(chain, which, an_enterprise(bce_number=getattr(chain, which).bce_number, state="struck_off"))

    with pytest.raises(EnterpriseUnknown):
        renew(chain)


def test_nobody_prolongs_by_an_office_what_he_could_not_give():
    limited = a_managing_mandate(BERNARD, role=_managing_and_reading())

    with pytest.raises(PermissionMissing):
        renew(a_chain(), managers=AccessManagers([limited], now=NOON))


def test_nobody_else_renews_a_chain_nor_one_that_has_ended():
    for stranger in (GILLES, DAVID):
        with pytest.raises(NotFound):
            renew(a_chain(), by=stranger)
    ended = a_chain()
    ended.revoked_at = NOON
    with pytest.raises(MandateEnded):
        renew(ended)


@pytest.mark.parametrize(("by", "told", "whom"), [(BERNARD, COMMUNE, [GILLES]), (GILLES, ATELIERS, [BERNARD])])
def test_either_ends_it_and_the_other_is_told(by, told, whom):
    chain = a_chain()

    ended = chain.end(by=by, managers=managers(BERNARD), office_managers=managers(GILLES), reason=" Fin. ", now=NOON)

    assert (ended.told_bce_number, ended.manager_ids, ended.version, ended.revoked_at) == (told, whom, 2, NOON)
    assert (chain.state(NOON), chain.revoked_by, chain.revocation_reason) == ("revoked", by, "Fin.")


def test_it_ends_once_with_a_reason_and_not_by_strangers():
    chain, both = a_chain(), {"managers": managers(BERNARD), "office_managers": managers(GILLES)}

    for stranger in (DAVID, AMELIE, CHANTAL):
        with pytest.raises(NotFound):
            chain.end(by=stranger, reason="Fin.", now=NOON, **both)
    with pytest.raises(InvalidRequest):
        chain.end(by=BERNARD, reason=" ", now=NOON, **both)
    chain.end(by=BERNARD, reason="Fin.", now=NOON, **both)
    assert chain.end(by=GILLES, reason="Encore.", now=NOON, **both) is None


@pytest.mark.parametrize(
    ("there", "carried"),
    [
        ([in_office()], True),
        ([], False),
        ([in_office(suspended_at=NOON)], False),
        ([in_office(enterprise_mandate_id=an_id())], False),
        ([in_office(enterprise=CLIENT)], False),
    ],
)
def test_it_carries_the_offices_people_and_nobody_else(there, carried):
    assert a_chain().carries(there, now=NOON) is carried


def test_it_carries_until_its_own_last_day_or_that_of_the_longest_in_the_office():
    chain = a_chain(valid_until=date(2025, 3, 31))
    short, long = (in_office(valid_until=day) for day in (date(2024, 10, 20), date(2026, 1, 1)))

    assert chain.carries_until([short], now=NOON) == date(2024, 10, 20)
    assert chain.carries_until([short, long], now=NOON) == date(2025, 3, 31)


def test_an_office_that_was_struck_off_carries_nobody():
    gone = an_enterprise(bce_number=COMMUNE, state="struck_off")
    chain = a_chain()
    chain.office = gone

    assert not chain.carries([in_office()], now=NOON)
