"""A client suspends the mandate of its office, and resumes it; on a real database."""

from __future__ import annotations

import pytest

from chassis.tables import audit_acts
from contracts.delegation import ClientRefuses
from services.delegation import queries
from services.delegation.commands.mandates import CHAINS
from services.delegation.domain.scopes import Scope
from services.delegation.storage import tables
from tests.integration.delegation.turns import at_once
from tests.unit.delegation.builders import ATELIERS, BERNARD, CHANTAL, COMMUNE, DAVID, ELODIE, GILLES


def acts(office, person_id):
    return office.check(person_id, "dossier.submit").decision


def shown(office, bce_number, asked_by):
    (view,) = queries.list_enterprise_mandates(office.work(), bce_number=bce_number, asked_by=asked_by, now=office.now)
    return view


def test_a_suspended_office_acts_for_nobody_until_it_is_resumed_and_whom_the_client_took_out_stays_out(office):
    office.designate(GILLES, bce_number=COMMUNE)
    chain = office.mandate_office()
    for person_id in (DAVID, ELODIE):
        office.accept(office.request_role("reader", by=person_id, bce_number=COMMUNE), by=GILLES)
    davids, elodies = (office.assign(chain, person_id, by=GILLES) for person_id in (DAVID, ELODIE))
    office.suspend(elodies)

    at_once(
        lambda: office.suspend_office(chain, by=BERNARD, reason="Désaccord."),
        lambda: office.suspend_office(chain, by=CHANTAL, reason="Désaccord."),
    )

    # At once, and not only once the timer has been there.
    assert office.check(DAVID, "dossier.submit").missing == (
        "the mandate as signatory does not hold: the office's mandate is suspended"
    )
    office.end_broken_chains()
    (told,) = office.announced("enterprise_mandate_changed")
    assert (told["change"], told["by_client"], told["told_bce_number"]) == ("suspended", True, COMMUNE)
    assert told["manager_ids"] == [str(GILLES)]
    assert office.announced("mandate_changed")[-1]["mandate_id"] == str(davids.mandate_id)
    (stored,) = office.rows(tables.enterprise_mandates)
    assert stored.suspended_by in (BERNARD, CHANTAL)
    assert stored.suspension_reason == "Désaccord."
    for bce_number, by in ((ATELIERS, BERNARD), (COMMUNE, GILLES)):
        seen = shown(office, bce_number, by)
        assert (seen.state, {one.state for one in seen.people}) == ("suspended", {"suspended"})
        assert seen.stop is not None
        assert (seen.stop.by in ("asker", "enterprise"), seen.stop.reason) == (
            True,
            "Désaccord." if by == BERNARD else None,
        )

    office.resume_office(chain)
    office.end_broken_chains()

    assert (acts(office, DAVID), acts(office, ELODIE)) == (True, False)
    office.revoke(davids)
    assert set(shown(office, COMMUNE, GILLES).refused_ids) == {DAVID, ELODIE}
    assert shown(office, ATELIERS, BERNARD).refused_ids == []


def test_who_suspends_it_wakes_what_lets_its_people_rest_and_once_it_rests_that_is_an_act_all_the_same(office):
    office.designate(GILLES, bce_number=COMMUNE)
    chain, woken = office.mandate_office(), []
    office.runtime.wakers[CHAINS].append(lambda: woken.append(CHAINS))

    for by in (CHANTAL, BERNARD):
        office.suspend_office(chain, by=by)

    assert woken == [CHAINS]
    (told,) = office.announced("enterprise_mandate_changed")
    assert told["actor"]["mandate_id"] == str(office.chantals.mandate_id)
    again = max(office.rows(audit_acts), key=lambda row: row.act_id).content
    assert (again["action"], again["subject"], again["enterprise"]) == (
        "suspend_enterprise_mandate",
        f"enterprise_mandate:{chain.enterprise_mandate_id}",
        ATELIERS,
    )


def test_whom_the_client_suspended_by_another_mandate_in_that_role_is_refused_by_this_one_too(office):
    office.designate(GILLES, bce_number=COMMUNE)
    taxes, economy, reading = (
        office.mandate_office(role=role, scope=Scope.of(None, [category]))
        for role, category in (("signatory", "taxes"), ("signatory", "economy"), ("reader", "taxes"))
    )
    office.accept(office.request_role("reader", by=DAVID, bce_number=COMMUNE), by=GILLES)
    office.suspend(office.assign(taxes, DAVID, by=GILLES))

    listed = queries.list_enterprise_mandates(office.work(), bce_number=COMMUNE, asked_by=GILLES, now=office.now)
    refused = {one.enterprise_mandate_id: one.refused_ids for one in listed}

    assert refused[economy.enterprise_mandate_id] == [DAVID]
    (alone,) = queries.list_enterprise_mandates(
        office.work(),
        bce_number=COMMUNE,
        enterprise_mandate_id=economy.enterprise_mandate_id,
        asked_by=GILLES,
        now=office.now,
    )
    assert alone.refused_ids == [DAVID]
    assert refused[reading.enterprise_mandate_id] == []
    with pytest.raises(ClientRefuses):
        office.assign(economy, DAVID, by=GILLES)
    office.assign(reading, DAVID, by=GILLES)
