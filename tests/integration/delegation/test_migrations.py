"""Databases that hold something already go on to the next revision."""

from uuid import uuid4

import psycopg

from chassis import migrate
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


def test_nobody_is_told_of_what_an_office_had_assigned_until_long_ago(empty_database):
    url, given, ended, lasting = empty_database(), uuid4(), uuid4(), uuid4()
    migrate.upgrade("delegation", url, to="0015")
    with psycopg.connect(url) as database:
        for number in (ATELIERS, COMMUNE):
            database.execute(ENTERPRISE, [number])
        database.execute(GIVEN, [given, ATELIERS, COMMUNE, BERNARD])
        for mandate_id in (ended, lasting):
            database.execute(ASSIGNED, [mandate_id, ATELIERS, DAVID, GILLES, [], given, COMMUNE])
        database.execute("UPDATE mandates SET valid_until = current_date + 1 WHERE mandate_id = %s", [lasting])

    migrate.upgrade("delegation", url, to="0016")

    with psycopg.connect(url) as database:
        assert database.execute("SELECT mandate_id FROM mandates WHERE noticed_days = 0").fetchall() == [(ended,)]


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
