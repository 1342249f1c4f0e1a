"""Databases that hold something already go on to the next revision."""

from uuid import uuid4

import psycopg

from chassis import migrate
from tests.unit.dossiers.builders import ATELIERS

GRANT = """
INSERT INTO mandates (mandate_id, person_id, bce_number, enterprise_name, permissions, procedure_categories,
                      valid_from, valid_until, epoch, version, is_for_one_establishment)
    VALUES (%s, %s, %s, 'Ateliers', '[]', '[]', '2024-10-01', '2029-10-01', 1, 1, %s)
"""


def test_mandates_of_which_it_was_not_kept_for_which_establishment_wait_to_be_told_again(empty_database):
    url, (whole, limited) = empty_database(), (uuid4(), uuid4())
    migrate.upgrade("dossiers", url, to="0006")
    with psycopg.connect(url) as database:
        for mandate_id, is_limited in ((whole, False), (limited, True)):
            database.execute(GRANT, [mandate_id, uuid4(), ATELIERS, is_limited])

    assert migrate.upgrade("dossiers", url, to="0007") == ["0007"]

    with psycopg.connect(url) as database:
        assert database.execute("SELECT mandate_id, establishment_number FROM mandates").fetchall() == [(whole, None)]
