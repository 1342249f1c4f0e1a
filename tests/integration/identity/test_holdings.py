"""What identity holds on a person, as she may take it with her."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from contracts import wire
from services.identity import queries
from services.identity.storage import tables
from services.identity.storage.holdings import TABLES
from tests.cast import AMELIE
from tests.integration.identity.deletions import ADDRESS, Deletions
from tests.integration.identity.house import House


def test_she_gets_what_rests_also_of_what_is_over(
    house: House, sign_in: Callable[..., str], deletions: Deletions, settled: UUID, fabienne: UUID
) -> None:
    first_signed_in_at = house.now
    deletions.hear_of_dossier(settled)
    deletions.decide(deletions.ask(settled, reason="Je suis malade."), accept=False, by=fabienne)
    house.later(days=1)
    token = sign_in(AMELIE)
    house.sign_out(sign_in(AMELIE, browser="Chrome"))

    held = wire.dump(queries.get_holdings(house.work(), person_id=settled, now=house.now))

    (person,) = held["people"]
    assert person["birth_on"] == AMELIE.birth_on.isoformat()
    assert person["first_signed_in_at"] < first_signed_in_at.isoformat()
    alive = house.present(token).session_id
    assert {one["session_id"]: one["is_current"] for one in held["sessions"]}[str(alive)] is True
    assert sorted((one["is_current"], one["ended_at"] is not None) for one in held["sessions"]) == [
        (False, False),
        (False, True),
        (True, False),
    ]
    assert {link["email"] for link in held["links"]} == {ADDRESS, "amelie@moulin.example.org"}
    assert [one["reason"] for one in held["deletions"]] == ["Je suis malade."]
    assert [one["notice"] for one in held["acknowledgements"]] == ["news:1"]
    assert not {name for rows in held.values() if isinstance(rows, list) for row in rows for name in row} & {
        "token_hash",
        "secret_hash",
        "decided_by",
    }


def test_every_table_that_names_a_person_is_told_or_is_known_to_be_told_otherwise(house: House) -> None:
    """Her number and the identity that is linked to it are in the profile; of the staff she is told whether she is."""
    naming = {table for table in tables.metadata.sorted_tables if "person_id" in table.c}

    assert naming - set(TABLES) == {tables.person_numbers, tables.european_identities, tables.education_staff}
