"""Checks and decisions on a real database, to the second."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from chassis.statements import Decision
from contracts.errors import PermissionMissing
from services.delegation import decisions, queries
from services.delegation.storage import tables
from tests.unit.delegation.builders import (
    AMELIE,
    ATELIERS,
    BERNARD,
    COMMUNE,
    DAVID,
    GILLES,
    TODAY,
)


def decide(office, person_id, permission, *, procedure=None):
    statement = decisions.issue_decision(
        office.work(),
        person_id=person_id,
        bce_number=ATELIERS,
        permission=permission,
        procedure=procedure,
        signer=office.runtime.gateways.signer,
        now=office.now,
    )
    return office.runtime.verifier.verify("decision", statement, now=office.now)


def test_a_mandate_holds_until_the_last_second_of_its_day_in_brussels(office):
    mandate = office.grant(AMELIE, "signatory", valid_until=date(2024, 12, 31))

    office.now = datetime(2024, 12, 31, 22, 59, 59, tzinfo=UTC)
    result = office.check(AMELIE, "dossier.submit")
    assert (result.decision, result.mandate_id) == (True, mandate.mandate_id)
    assert result.holds_until == datetime(2024, 12, 31, 22, 59, 59, tzinfo=UTC)

    office.now = datetime(2024, 12, 31, 23, 0, 0, tzinfo=UTC)
    result = office.check(AMELIE, "dossier.submit")
    assert (result.decision, result.mandate_id, result.holds_until) == (False, None, None)
    assert result.missing == "the mandate as signatory ended on 2024-12-31"
    assert queries.list_my_enterprises(office.work(), person_id=AMELIE, now=office.now) == []


def test_a_mandate_that_begins_tomorrow_allows_nothing_today(office):
    mandate = office.grant(AMELIE, "signatory")
    tomorrow = sa.update(tables.mandates).values(valid_from=date(2024, 10, 16))
    with office.runtime.engine.begin() as connection:
        connection.execute(tomorrow.where(tables.mandates.c.mandate_id == mandate.mandate_id))

    office.now = datetime(2024, 10, 15, 21, 59, 59, tzinfo=UTC)
    assert office.check(AMELIE, "dossier.read").missing == "the mandate as signatory begins on 2024-10-16"
    office.now = datetime(2024, 10, 15, 22, 0, 0, tzinfo=UTC)
    assert office.check(AMELIE, "dossier.read").decision


def test_a_designations_mandate_holds_without_an_end(office):
    office.pass_time(days=20 * 365)

    result = office.check(BERNARD, "mandate.manage")
    assert (result.decision, result.holds_until) == (True, None)


def test_who_has_no_mandate_is_told_so_whether_the_enterprise_is_known_or_not(office):
    for bce_number in (ATELIERS, COMMUNE, "1000000021"):
        assert office.check(GILLES, "dossier.read", bce_number=bce_number).missing == "no mandate for this enterprise"


def test_a_struck_off_enterprise_can_still_be_read_for_but_not_acted_for(office):
    office.grant(AMELIE, "signatory")
    office.register(ATELIERS, state="struck_off")

    assert office.check(AMELIE, "dossier.read").decision
    assert not office.check(AMELIE, "dossier.submit").decision
    (access,) = queries.list_my_enterprises(office.work(), person_id=AMELIE, now=office.now)
    assert access.permissions == ["dossier.read"]


def test_a_decision_says_who_may_do_what_under_which_mandate(office):
    mandate = office.grant(AMELIE, "signatory")

    assert decide(office, AMELIE, "dossier.submit", procedure="subvention") == Decision(
        person_id=AMELIE,
        bce_number=ATELIERS,
        permission="dossier.submit",
        procedure="subvention",
        mandate_id=mandate.mandate_id,
    )


def test_a_decision_does_not_outlive_the_mandate(office):
    office.grant(AMELIE, "signatory", valid_until=TODAY)
    office.now = datetime(2024, 10, 15, 21, 59, 50, tzinfo=UTC)

    statement = decisions.issue_decision(
        office.work(),
        person_id=AMELIE,
        bce_number=ATELIERS,
        permission="dossier.submit",
        procedure=None,
        signer=office.runtime.gateways.signer,
        now=office.now,
    )

    assert _expiry_of(statement) == datetime(2024, 10, 15, 22, 0, 0, tzinfo=UTC)


def test_a_decision_is_refused_with_what_is_missing(office):
    office.grant(DAVID, "reader")

    with pytest.raises(PermissionMissing) as refusal:
        decide(office, DAVID, "dossier.submit")

    assert refusal.value.details == {
        "permission": "dossier.submit",
        "missing": "dossier.submit is not among the permissions of reader",
    }


def _expiry_of(statement):
    claims = statement.split(".")[1]
    return datetime.fromtimestamp(json.loads(base64.urlsafe_b64decode(claims + "=="))["exp"], UTC)
