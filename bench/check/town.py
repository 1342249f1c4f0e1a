"""Mandates in the tables of delegation's own migrations, the same in dossiers' read model, and questions about them.

Imports nothing of ours: the peers use it too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

FIRST, FIRST_UNIT = 3_000_000, 20_000_000
QUESTIONS = 1000

# Of so many mandates each: two of a person, four of an enterprise; every tenth enterprise has an establishment, every
# fiftieth was struck off. Of a hundred mandates five were revoked, five have ended, three are suspended, ten are for
# some procedures, and of an enterprise's with an establishment half are for that.
_FILL: LiteralString = """
CREATE FUNCTION number(n bigint) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT lpad(n::text, 8, '0') || lpad((97 - n % 97)::text, 2, '0') $$;
-- What a mandate came of is not looked at: one row for each would only be more to write.
ALTER TABLE mandates DROP CONSTRAINT mandates_role_request_id_fkey;
INSERT INTO enterprises (bce_number, name, state, registered_at, version)
    SELECT number({first} + n), 'Ateliers ' || n, CASE n % 50 WHEN 7 THEN 'struck_off' ELSE 'active' END, now(), 1
    FROM generate_series(0, {count} / 4) AS n;
INSERT INTO establishments (establishment_number, bce_number, name, state)
    SELECT number({first_unit} + n), number({first} + n), '', 'open'
    FROM generate_series(0, {count} / 4, 10) AS n;
INSERT INTO mandates (mandate_id, bce_number, role_name, person_id, valid_from, valid_until, granted_by, granted_at,
                      role_request_id, revoked_at, version, establishment_number, categories, suspended_at)
    SELECT gen_random_uuid(), number({first} + firm),
           (ARRAY['signatory', 'contributor', 'reader', 'signatory', 'access_manager'])[1 + n % 5],
           md5('person ' || n % ({count} / 2))::uuid, current_date - 200,
           current_date + CASE n % 20 WHEN 3 THEN -1 ELSE 100 + n % 900 END, gen_random_uuid(), now(),
           gen_random_uuid(), CASE n % 20 WHEN 4 THEN now() END, 1,
           CASE WHEN firm % 10 = 0 AND n % 2 = 0 THEN number({first_unit} + firm) END,
           CASE n % 10 WHEN 1 THEN ARRAY['taxes'] ELSE '{{}}' END, CASE n % 33 WHEN 5 THEN now() END
    FROM (SELECT n, (hashint4(n) & 2147483647) % ({count} / 4) AS firm FROM generate_series(1, {count}) AS n) AS given;
"""

_COPIED: LiteralString = """
    COPY (SELECT mandate_id, 1, 1, person_id, bce_number, 'Ateliers', to_jsonb(permissions), to_jsonb(categories),
                 valid_from, valid_until, revoked_at, suspended_at, establishment_number
          FROM mandates JOIN roles ON role_name = roles.name) TO STDOUT
"""
_COPY: LiteralString = """
    COPY mandates (mandate_id, epoch, version, person_id, bce_number, enterprise_name, permissions,
                   procedure_categories, valid_from, valid_until, revoked_at, suspended_at, establishment_number)
    FROM STDIN
"""

# Of mandates picked by chance; one in ten is asked of somebody else.
_PICKED: LiteralString = """
    SELECT CASE place % 10 WHEN 9 THEN gen_random_uuid() ELSE person_id END::text AS person_id, bce_number,
           (ARRAY['dossier.read', 'dossier.draft', 'dossier.submit'])[1 + place % 3] AS permission,
           (ARRAY[NULL, 'taxes', 'economy'])[1 + place % 7 % 3] AS procedure,
           CASE place % 4 WHEN 1 THEN establishment_number END AS establishment
    FROM (SELECT *, row_number() OVER () AS place
          FROM (SELECT * FROM mandates ORDER BY md5(person_id::text || bce_number) LIMIT {most}) AS chosen) AS numbered
"""

Question = dict[str, Any]


def fill(delegation_url: str, dossiers_url: str, count: int) -> None:
    with psycopg.connect(delegation_url, autocommit=True) as delegation:
        sizes = {"first": FIRST, "first_unit": FIRST_UNIT, "count": count}
        delegation.execute(sql.SQL(_FILL).format(**{name: sql.Literal(size) for name, size in sizes.items()}))
        delegation.execute("VACUUM ANALYZE mandates, enterprises, establishments")
        with psycopg.connect(dossiers_url) as dossiers:
            with (
                delegation.cursor().copy(_COPIED) as read,
                dossiers.cursor().copy(_COPY) as written,
            ):
                for block in read:
                    written.write(block)
            dossiers.commit()
            dossiers.autocommit = True
            dossiers.execute("VACUUM ANALYZE mandates")


def pick(delegation_url: str, file: Path) -> None:
    with psycopg.connect(delegation_url) as database:
        cursor = database.execute(sql.SQL(_PICKED).format(most=sql.Literal(QUESTIONS)))
        names = [column.name for column in cursor.description or ()]
        file.write_text(json.dumps([dict(zip(names, row, strict=True)) for row in cursor]))


def load(file: str) -> list[Question]:
    questions: list[Question] = json.loads(Path(file).read_text())
    return questions


def in_turn(file: str) -> Iterator[Question]:
    return cycle(load(file))
