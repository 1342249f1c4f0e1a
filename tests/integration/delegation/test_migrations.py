"""Databases that hold something already go on to the next revision."""

from uuid import uuid4

import psycopg

from chassis import migrate
from services.delegation.domain.reasons import UNCONFIRMED
from tests.unit.delegation.builders import ATELIERS, BERNARD, CHANTAL, COMMUNE, DAVID, GILLES

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
MANAGING = """
WITH designated AS (
    INSERT INTO designations (designation_id, bce_number, person_id, language, designated_at, version)
        VALUES (%s, %s, %s, 'fr', %s, 1) RETURNING *
)
INSERT INTO mandates (mandate_id, bce_number, role_name, person_id, valid_from, valid_until, granted_at, designation_id,
                      version)
    SELECT gen_random_uuid(), bce_number, 'access_manager', person_id, '2024-10-15', '9999-12-31', designated_at,
           designation_id, 1 FROM designated
"""
HOW_SUSPENDED = "SELECT enterprise_mandate_id, suspended_by, suspension_reason FROM enterprise_mandates"
RESTS = "UPDATE enterprise_mandates SET suspended_at = now() WHERE enterprise_mandate_id = %s"


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


def test_for_whom_something_was_ended_follows_from_what_its_ender_managed_then(empty_database):
    url, given, ended_chain = empty_database(), uuid4(), uuid4()
    migrate.upgrade("delegation", url, to="0022")
    with psycopg.connect(url) as database:
        # As 0013 left it at first.
        database.execute("ALTER TABLE enterprise_mandates DROP COLUMN renewed_at")
        for number in (ATELIERS, COMMUNE):
            database.execute(ENTERPRISE, [number])
        for chain in (given, ended_chain):
            database.execute(GIVEN, [chain, ATELIERS, COMMUNE, BERNARD])
        for manager, number in ((BERNARD, ATELIERS), (CHANTAL, ATELIERS), (CHANTAL, COMMUNE), (GILLES, COMMUNE)):
            database.execute(MANAGING, [uuid4(), number, manager, "2024-10-15"])
        # Who came to the client, or to the office, afterwards.
        database.execute(MANAGING, [uuid4(), ATELIERS, GILLES, "2024-11-15"])
        database.execute(MANAGING, [uuid4(), COMMUNE, BERNARD, "2024-11-15"])
        enders = [BERNARD, CHANTAL, GILLES, DAVID, None]
        for ender in enders:
            mandate_id = uuid4()
            database.execute(ASSIGNED, [mandate_id, ATELIERS, DAVID, GILLES, [], given, COMMUNE])
            database.execute(
                "UPDATE mandates SET revoked_at = '2024-10-20', revoked_by = %s WHERE mandate_id = %s",
                [ender, mandate_id],
            )
        ended = (
            "UPDATE enterprise_mandates SET revoked_at = '2024-10-20', revoked_by = %s WHERE enterprise_mandate_id = %s"
        )
        database.execute(ended, [GILLES, ended_chain])

    migrate.upgrade("delegation", url, to="0023")

    with psycopg.connect(url) as database:
        told = database.execute("SELECT revoked_by, revoked_for FROM mandates WHERE revoked_at IS NOT NULL").fetchall()
        chains = database.execute(
            "SELECT revoked_for, renewed_at FROM enterprise_mandates WHERE revoked_at IS NOT NULL"
        )
        assert dict(told) == dict(zip(enders, ["enterprise", "enterprise", "office", "holder", None], strict=True))
        assert chains.fetchall() == [("office", None)]


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
