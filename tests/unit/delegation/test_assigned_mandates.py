"""What an office's people have by the chain: assigned by it, as long as both links last, and not against the client."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from contracts.delegation import AlreadyHeld, ClientRefuses, EnterpriseUnknown, MandateEnded, NotOfTheOffice
from contracts.errors import InvalidRequest, NotFound
from services.delegation.domain.scopes import Scope
from tests.unit.delegation.builders import (
    ATELIERS,
    BERNARD,
    CHANTAL,
    COMMUNE,
    DAVID,
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
from tests.unit.delegation.test_enterprise_mandates import CLIENT, OFFICE, a_chain, in_office

YESTERDAY = TODAY - timedelta(days=1)
# By the client.
SUSPENDED = {"suspended_at": NOON, "suspended_by": BERNARD}


def assign(chain, *, had=(), **differently):
    """``had``: what David had by this chain."""
    facts = {
        "mandate_id": an_id(),
        "person_id": DAVID,
        "by": GILLES,
        "name_of_by": "Gilles Weber",
        "office_managers": managers(GILLES),
        "in_office": [in_office()],
        "held": [replace(before, enterprise_mandate_id=chain.enterprise_mandate_id) for before in had],
        "now": NOON,
    }
    return chain.assign(**facts | differently)


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


@pytest.mark.parametrize("which", ["enterprise", "office"])
def test_nobody_is_assigned_where_one_of_both_is_struck_off(which):
    chain = a_chain()
    setattr(chain, which, an_enterprise(bce_number=getattr(chain, which).bce_number, state="struck_off"))

    with pytest.raises(EnterpriseUnknown):
        assign(chain)


def test_nothing_is_assigned_by_what_has_ended():
    for over in ({"revoked_at": NOON}, {"valid_until": YESTERDAY}):
        chain = a_chain()
        for name, value in over.items():
            setattr(chain, name, value)
        with pytest.raises(MandateEnded):
            assign(chain)


def had(**differently):
    """By a chain."""
    return a_mandate(**{"enterprise_mandate_id": an_id(), "via_bce_number": COMMUNE} | differently)


def revoked_for(party, **differently):
    return had(revoked_at=NOON, revoked_for=party, **differently)


@pytest.mark.parametrize(
    "before",
    [had(), had(**SUSPENDED), had(categories=["taxes"])],
    ids=["in force", "suspended", "narrowed"],
)
def test_who_has_it_by_this_chain_already_is_not_assigned_it(before):
    with pytest.raises(AlreadyHeld):
        assign(a_chain(), had=[before])


@pytest.mark.parametrize(
    "before",
    [
        revoked_for("enterprise"),
        revoked_for("holder", **SUSPENDED),
        had(valid_until=YESTERDAY, **SUSPENDED),
        revoked_for("office", was_narrowed=True),
    ],
    ids=[
        "revoked by the client",
        "suspended, then given up",
        "suspended until its end",
        "narrowed, then taken back by the office",
    ],
)
def test_what_the_client_took_away_the_office_does_not_give_again(before):
    with pytest.raises(ClientRefuses):
        assign(a_chain(), had=[before], now=NOON + timedelta(hours=1))


@pytest.mark.parametrize(
    ("by", "party"),
    [(BERNARD, "enterprise"), (CHANTAL, "enterprise"), (GILLES, "office"), (DAVID, "holder")],
    ids=["of the client", "of both", "of the office", "its holder"],
)
def test_for_whom_somebody_ends_it_is_noted(by, party):
    before = had()

    before.revoke(
        by=by,
        managers=managers(BERNARD, CHANTAL),
        office_managers=managers(CHANTAL, GILLES),
        reason="Il change.",
        now=NOON,
    )

    assert before.revoked_for == party


def test_nobody_ends_what_falls_with_its_chain():
    before = had()

    before.end_with_chain(now=NOON)

    assert (before.revoked_by, before.revoked_for) == (None, None)


def test_a_role_that_the_client_has_suspended_is_held_however_it_was_given():
    for resting in (
        a_mandate(role=SIGNATORY, **SUSPENDED),
        had(role=SIGNATORY, **SUSPENDED),
    ):
        with pytest.raises(ClientRefuses):
            assign(a_chain(), held=[resting])
    for other in (
        a_mandate(**SUSPENDED),
        a_mandate(role=SIGNATORY),
        had(role=SIGNATORY, revoked_at=NOON),
    ):
        assert assign(a_chain(), held=[other])


@pytest.mark.parametrize("taken", [{}, SUSPENDED], ids=["narrowed", "suspended"])
def test_a_renewal_gives_nothing_back_that_the_client_took_away(taken):
    chain = a_chain(scope=Scope.of(None, ["economy", "taxes"]))
    before = had(categories=["economy", "taxes"], **taken)
    if not taken:
        before.narrow(by=BERNARD, managers=managers(BERNARD), without="economy", now=NOON)
    before.follow_chain(TODAY + timedelta(days=1000), now=NOON)
    before.revoke(
        by=GILLES, managers=managers(BERNARD), office_managers=managers(GILLES), reason="Il change.", now=NOON
    )

    with pytest.raises(ClientRefuses):
        assign(chain, had=[before])


@pytest.mark.parametrize("narrowed_by", [[DAVID], [BERNARD, DAVID]], ids=["the holder", "the client before him"])
def test_a_category_that_the_holder_gave_up_is_given_again_and_one_that_the_client_took_is_not(narrowed_by):
    chain = a_chain(scope=Scope.of(None, ["economy", "environment", "taxes"]))
    before = had(categories=["economy", "environment", "taxes"])
    for by, without in zip(narrowed_by, ["economy", "taxes"], strict=False):
        before.narrow(by=by, managers=managers(BERNARD), without=without, now=NOON)
    before.revoke(by=DAVID, managers=managers(BERNARD), reason="Trop de travail.", now=NOON)

    if BERNARD in narrowed_by:
        with pytest.raises(ClientRefuses):
            assign(chain, had=[before])
    else:
        assert assign(chain, had=[before])[0].categories == ["economy", "environment", "taxes"]


@pytest.mark.parametrize(
    "before",
    [
        revoked_for("office"),
        revoked_for("holder"),
        revoked_for(None),
        had(valid_until=YESTERDAY),
        revoked_for("office", changed_as="resumed"),
    ],
    ids=[
        "taken back by the office",
        "given up",
        "ended with the office's own",
        "expired",
        "given back by the client",
    ],
)
def test_what_ended_without_the_client_is_assigned_again(before):
    assert assign(a_chain(), had=[before], now=NOON + timedelta(hours=1))


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


def test_the_office_takes_back_what_it_assigned():
    mandate, _ = assign(a_chain())

    assert mandate.revoke(
        by=GILLES, managers=managers(BERNARD), office_managers=managers(GILLES), reason="Parti.", now=NOON
    )
    other, _ = assign(a_chain())
    with pytest.raises(NotFound):
        other.revoke(by=GILLES, managers=managers(BERNARD), reason="Parti.", now=NOON)
