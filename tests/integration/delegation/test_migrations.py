"""Databases that hold something already go on to the next revision."""

from uuid import uuid4

import psycopg

from chassis import migrate
from services.delegation.domain.reasons import UNCONFIRMED
from tests.unit.delegation.builders import ATELIERS, BERNARD, COMMUNE, DAVID, GILLES

ENTERPRISE = """
INSERT INTO enterprises (bce_number, name, state, registered_at, version) VALUES (%s, '', 'active', now(), 1)
"""
GIVEN = """
INSERT INTO enterprise_mandates (enterprise_mandate_id, bce_number, office_bce_number, role_name, valid_from,
                                 valid_until, granted_by, granted_at, categories, version)
    VALUES (%s, %s, %s, 'reader', '2024-10-15', '2025-10-15', %s, now(), '{economy,taxes}', 1)
"""
ASSIGNED = """
INSERT INTO mandates (mandate_id, bce_number, role_name, person_id, valid_from, valid_until, granted_by, granted_at,
                      categories, enterprise_mandate_id, via_bce_number, version)
    VALUES (%s, %s, 'reader', %s, '2024-10-15', '2025-10-15', %s, now(), %s, %s, %s, 1)
"""
HOW_SUSPENDED = "SELECT enterprise_mandate_id, suspended_by, suspension_reason FROM enterprise_mandates"
RESTS = "UPDATE enterprise_mandates SET suspended_at = now() WHERE enterprise_mandate_id = %s"


def test_of_what_was_narrowed_by_nobody_knows_whom_the_office_gives_nothing_again(empty_database):
    url, given, whole, narrowed = empty_database(), uuid4(), uuid4(), uuid4()
    migrate.upgrade("delegation", url, to="0017")
    with psycopg.connect(url) as database:
        for number in (ATELIERS, COMMUNE):
            database.execute(ENTERPRISE, [number])
        database.execute(GIVEN, [given, ATELIERS, COMMUNE, BERNARD])
        for mandate_id, categories in ((whole, ["economy", "taxes"]), (narrowed, ["taxes"])):
            database.execute(ASSIGNED, [mandate_id, ATELIERS, DAVID, GILLES, categories, given, COMMUNE])

    migrate.upgrade("delegation", url, to="0019")

    with psycopg.connect(url) as database:
        assert database.execute("SELECT mandate_id FROM mandates WHERE was_narrowed").fetchall() == [(narrowed,)]


def test_of_what_rested_before_anybody_could_suspend_it_it_is_known_that_nobody_confirmed_it(empty_database):
    url, rests, lasts = empty_database(), uuid4(), uuid4()
    migrate.upgrade("delegation", url, to="0021")
    with psycopg.connect(url) as database:
        for number in (ATELIERS, COMMUNE):
            database.execute(ENTERPRISE, [number])
        for given in (rests, lasts):
            database.execute(GIVEN, [given, ATELIERS, COMMUNE, BERNARD])
        database.execute(RESTS, [rests])

    migrate.upgrade("delegation", url, to="0022")

    with psycopg.connect(url) as database:
        found = database.execute(
            "SELECT enterprise_mandate_id, suspended_by, suspension_reason FROM enterprise_mandates"
        )
        assert set(found.fetchall()) == {(rests, None, UNCONFIRMED), (lasts, None, None)}
