"""An enterprise has an office act for it; the office says who of its people does; either ends it."""

from datetime import date, timedelta

import pytest

from contracts.delegation import (
    AlreadyHeld,
    ClientRefuses,
    EnterpriseUnknown,
    MandateEnded,
    NoAccessManager,
    NotOfTheOffice,
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
YESTERDAY = TODAY - timedelta(days=1)


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


def assign(chain, **differently):
    facts = {
        "mandate_id": an_id(),
        "person_id": DAVID,
        "by": GILLES,
        "name_of_by": "Gilles Weber",
        "office_managers": managers(GILLES),
        "in_office": [in_office()],
        "had": [],
        "managing": [a_managing_mandate(GILLES, enterprise=OFFICE)],
        "now": NOON,
    }
    return chain.assign(**facts | differently)


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


def test_the_office_assigns_one_of_its_people_for_as_long_as_both_last():
    chain = a_chain(scope=Scope.of(None, ["taxes"]))

    mandate, granted = assign(chain, in_office=[in_office(valid_until=date(2024, 12, 31))])

    assert (mandate.enterprise, mandate.person_id, mandate.role, mandate.scope) == (
        CLIENT,
        DAVID,
        SIGNATORY,
        chain.scope,
    )
    assert (mandate.valid_until, mandate.granted_by, mandate.person_name) == (
        date(2024, 12, 31),
        GILLES,
        "David Lambert",
    )
    assert (granted.bce_number, granted.via_bce_number) == (ATELIERS, COMMUNE)
    assert assign(chain, in_office=[in_office(valid_until=date(2028, 1, 1))])[0].valid_until == chain.valid_until


def test_the_offices_access_manager_may_act_himself():
    mandate, _ = assign(a_chain(), person_id=GILLES, in_office=[a_managing_mandate(GILLES, enterprise=OFFICE)])

    assert (mandate.person_id, mandate.person_name) == (GILLES, "Gilles Weber")


def test_nobody_but_the_offices_access_managers_assigns():
    for stranger in (BERNARD, DAVID):
        with pytest.raises(NotFound):
            assign(a_chain(), by=stranger)


@pytest.mark.parametrize(
    "there",
    [
        [],
        [in_office(revoked_at=NOON)],
        [in_office(suspended_at=NOON)],
        [in_office(valid_until=YESTERDAY)],
        [in_office(enterprise_mandate_id=an_id())],
        [in_office(enterprise=CLIENT)],
    ],
    ids=["never", "revoked", "suspended", "expired", "lent by another office", "the client's"],
)
def test_an_office_assigns_its_own_people_alone(there):
    with pytest.raises(NotOfTheOffice):
        assign(a_chain(), in_office=there)


def test_nothing_is_assigned_by_what_has_ended():
    for over in ({"revoked_at": NOON}, {"valid_until": YESTERDAY}):
        chain = a_chain()
        for name, value in over.items():
            setattr(chain, name, value)
        with pytest.raises(MandateEnded):
            assign(chain)


def had(**differently):
    """By this chain, before."""
    return a_mandate(**{"enterprise_mandate_id": an_id(), "via_bce_number": COMMUNE} | differently)


@pytest.mark.parametrize(
    "before",
    [had(), had(suspended_at=NOON), had(categories=["taxes"])],
    ids=["in force", "suspended", "narrowed"],
)
def test_who_has_it_by_this_chain_already_is_not_assigned_it(before):
    with pytest.raises(AlreadyHeld):
        assign(a_chain(), had=[before])


@pytest.mark.parametrize(
    "before",
    [
        had(revoked_at=NOON, revoked_by=BERNARD),
        had(revoked_at=NOON, revoked_by=DAVID, suspended_at=NOON),
        had(valid_until=YESTERDAY, suspended_at=NOON),
        had(revoked_at=NOON, revoked_by=GILLES, categories=["taxes"]),
        had(revoked_at=NOON, revoked_by=ELODIE),
    ],
    ids=[
        "revoked by the client",
        "suspended, then given up",
        "suspended until its end",
        "narrowed, then taken back by the office",
        "revoked by one of the client who came to the office afterwards",
    ],
)
def test_what_the_client_took_away_the_office_does_not_give_again(before):
    managing = [a_managing_mandate(person_id, enterprise=OFFICE) for person_id in (GILLES, ELODIE)]
    managing[1].granted_at = NOON + timedelta(minutes=1)

    with pytest.raises(ClientRefuses):
        assign(a_chain(), had=[before], managing=managing, now=NOON + timedelta(hours=1))


@pytest.mark.parametrize("suspended_at", [None, NOON], ids=["narrowed", "suspended"])
def test_a_renewal_gives_nothing_back_that_the_client_took_away(suspended_at):
    chain = a_chain(scope=Scope.of(None, ["economy", "taxes"]))
    before = had(categories=["economy", "taxes"] if suspended_at else ["taxes"], suspended_at=suspended_at)
    before.follow_chain(TODAY + timedelta(days=1000), now=NOON)
    before.revoke(
        by=GILLES, managers=managers(BERNARD), office_managers=managers(GILLES), reason="Il change.", now=NOON
    )

    with pytest.raises(ClientRefuses):
        assign(chain, had=[before])


@pytest.mark.parametrize(
    "before",
    [
        had(revoked_at=NOON, revoked_by=GILLES),
        had(revoked_at=NOON, revoked_by=ELODIE),
        had(revoked_at=NOON, revoked_by=DAVID),
        had(revoked_at=NOON, revoked_by=None),
        had(valid_until=YESTERDAY),
        had(revoked_at=NOON, revoked_by=GILLES, changed_as="resumed"),
    ],
    ids=[
        "taken back by the office",
        "taken back by one who has left the office since",
        "given up",
        "ended with the office's own",
        "expired",
        "given back by the client",
    ],
)
def test_what_ended_without_the_client_is_assigned_again(before):
    elodies = a_managing_mandate(ELODIE, enterprise=OFFICE, revoked_at=NOON + timedelta(minutes=1))
    managing = [a_managing_mandate(GILLES, enterprise=OFFICE), elodies]

    assert assign(a_chain(), had=[before], managing=managing, now=NOON + timedelta(hours=1))


def test_an_office_that_nobody_manages_is_mandated_in_vain():
    with pytest.raises(NoAccessManager):
        give(office_managers=managers())


def test_a_renewed_chain_lasts_from_today_on_and_the_office_is_told():
    chain = a_chain()

    told = chain.renew(
        by=BERNARD,
        managers=managers(BERNARD),
        office_managers=managers(GILLES),
        valid_until=date(2028, 1, 1),
        now=NOON,
    )

    assert (chain.valid_until, told.valid_until, told.manager_ids, told.version) == (
        date(2028, 1, 1),
        date(2028, 1, 1),
        [GILLES],
        2,
    )
    assert (chain.as_event().type, chain.as_event().manager_ids) == ("enterprise_mandate_renewed", [])


def test_nobody_else_renews_a_chain_nor_one_that_has_ended():
    both = {"managers": managers(BERNARD), "office_managers": managers(GILLES), "valid_until": None, "now": NOON}
    for stranger in (GILLES, DAVID):
        with pytest.raises(NotFound):
            a_chain().renew(by=stranger, **both)
    ended = a_chain()
    ended.revoked_at = NOON
    with pytest.raises(MandateEnded):
        ended.renew(by=BERNARD, **both)


def test_what_follows_a_chain_has_its_last_day_and_tells_its_holder():
    assigned = had(valid_until=date(2025, 10, 15))

    told = assigned.follow_chain(date(2026, 10, 15), now=NOON)

    assert (told.change, told.valid_until, assigned.valid_until) == ("renewed", date(2026, 10, 15), date(2026, 10, 15))
    assert assigned.follow_chain(date(2026, 10, 15), now=NOON) is None


def test_the_end_of_what_an_office_assigned_is_not_told_to_who_could_not_renew_it():
    assert had(valid_until=TODAY + timedelta(days=5)).note_expiring(now=NOON) is None


def test_what_was_assigned_is_not_renewed_on_its_own():
    mandate, _ = assign(a_chain())

    with pytest.raises(InvalidRequest):
        mandate.renew(by=BERNARD, managers=managers(BERNARD), valid_until=None, now=NOON)


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


def test_the_office_takes_back_what_it_assigned():
    mandate, _ = assign(a_chain())

    assert mandate.revoke(
        by=GILLES, managers=managers(BERNARD), office_managers=managers(GILLES), reason="Parti.", now=NOON
    )
    other, _ = assign(a_chain())
    with pytest.raises(NotFound):
        other.revoke(by=GILLES, managers=managers(BERNARD), reason="Parti.", now=NOON)
