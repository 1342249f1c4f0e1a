"""Enterprises with an access manager each, in the tables of delegation's own migrations; and who asks for a role.

Imports nothing of ours: the peers use it too.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import psycopg

ENTERPRISES = 5000
FIRST = 3_000_000
# One person may ask no more often in one day: see services.delegation.limits.
ASKED_BY_ONE = 30
PEOPLE = -(-ENTERPRISES // ASKED_BY_ONE)
ROLE = "reader"
MESSAGE = "Je suis la comptable des Ateliers et je voudrais suivre leurs dossiers."

P = TypeVar("P")

_NUMBER = "lpad(n::text, 8, '0') || lpad((97 - n % 97)::text, 2, '0')"
_NUMBERS = f"generate_series({FIRST}, {FIRST + ENTERPRISES - 1}) AS n"
_OPEN = f"""
INSERT INTO enterprises (bce_number, name, state, registered_at, version)
    SELECT {_NUMBER}, 'Ateliers ' || n, 'active', now(), 1 FROM {_NUMBERS};
INSERT INTO designations (designation_id, bce_number, person_id, language, sealed, designated_at, version)
    SELECT gen_random_uuid(), {_NUMBER}, gen_random_uuid(), 'fr', 'sealed', now(), 1 FROM {_NUMBERS};
INSERT INTO mandates (mandate_id, bce_number, role_name, person_id, valid_from, valid_until, granted_at,
                      designation_id, version)
    SELECT gen_random_uuid(), bce_number, 'access_manager', person_id, current_date, '9999-12-31', now(),
           designation_id, 1 FROM designations;
"""


def open_office(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(_OPEN)
        connection.execute("ANALYZE")


def bce_number(number: int) -> str:
    return f"{number:08}{97 - number % 97:02}"


def asking(people: Sequence[P]) -> Callable[[], tuple[P, dict[str, Any]]]:
    """Who asks, and the arguments, of one request after the other, each for another enterprise: nobody may ask twice
    for one."""
    turns = itertools.cycle(range(ENTERPRISES))

    def ask() -> tuple[P, dict[str, Any]]:
        turn = next(turns)
        arguments = {"bce_number": bce_number(FIRST + turn), "role": ROLE, "message": MESSAGE}
        return people[turn // ASKED_BY_ONE], arguments | {"command_id": str(uuid.uuid4())}

    return ask
