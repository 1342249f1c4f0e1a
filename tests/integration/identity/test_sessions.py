"""A session is alive while it is used, for twelve hours at most, until she signs out."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from chassis import tables as chassis_tables
from chassis.sessions import require_not_revoked
from chassis.statements import Actor
from contracts.errors import SessionIsRevoked, StatementExpired
from contracts.identity import Presence, SessionUnknown
from services.identity import commands
from services.identity.storage import tables
from tests.cast import AMELIE, FABIENNE
from tests.integration.identity.conftest import SignIn
from tests.integration.identity.house import House


def statement_of(house: House, presence: Presence) -> Actor:
    actor: Actor = house.runtime.verifier.verify("actor", presence.actor_statement, now=house.now)
    return actor


def test_the_actor_statement_says_who_and_how_sure(house: House, sign_in: SignIn) -> None:
    presence = house.present(sign_in(FABIENNE, "eid"))

    actor = statement_of(house, presence)

    assert (actor.person_id, actor.session_id) == (presence.person_id, presence.session_id)
    assert (actor.level, actor.roles) == (500, ["agent"])


def test_the_actor_statement_holds_for_five_minutes(house: House, sign_in: SignIn) -> None:
    presence = house.present(sign_in(AMELIE))
    house.later(minutes=5, seconds=6)

    with pytest.raises(StatementExpired):
        statement_of(house, presence)


def test_a_session_that_is_left_alone_ends(house: House, sign_in: SignIn) -> None:
    token = sign_in(AMELIE)
    house.later(minutes=30)

    with pytest.raises(SessionUnknown):
        house.present(token)


def test_a_session_in_use_lives_for_twelve_hours(house: House, sign_in: SignIn) -> None:
    token = sign_in(AMELIE)
    for _ in range(35):
        house.later(minutes=19, seconds=59)
        house.present(token)
    house.later(minutes=19, seconds=59)

    # Twelve hours less 36 seconds have passed.
    assert house.present(token).surname == "Dubois"
    house.later(minutes=1)
    with pytest.raises(SessionUnknown):
        house.present(token)


def test_an_unknown_token_is_no_session(house: House) -> None:
    with pytest.raises(SessionUnknown):
        house.present("guessed")


def test_being_looked_at_does_not_change_the_version(house: House, sign_in: SignIn) -> None:
    token = sign_in(AMELIE)
    house.later(minutes=2)
    house.present(token)

    with house.work() as work:
        row = work.execute(sa.select(tables.sessions)).one()
    assert (row.version, row.last_seen_at) == (1, house.now)


def test_signing_out_ends_the_session_and_says_so(house: House, sign_in: SignIn) -> None:
    token = sign_in(AMELIE)
    presence = house.present(token)

    house.sign_out(token)

    with pytest.raises(SessionUnknown):
        house.present(token)
    (told,) = house.announced("session_revoked")
    assert (told.subject, told.version) == (str(presence.session_id), 2)
    assert told.body["person_id"] == str(presence.person_id)


def test_after_signing_out_our_own_doors_refuse_her_statement_at_once(house: House, sign_in: SignIn) -> None:
    token = sign_in(AMELIE)
    actor = statement_of(house, house.present(token))

    house.sign_out(token)

    with house.work() as work:
        revoked = work.execute(sa.select(chassis_tables.revoked_sessions.c.session_id)).scalars().all()
    assert revoked == [actor.session_id]
    with pytest.raises(SessionIsRevoked):
        require_not_revoked(house.runtime, actor, now=house.now)


def test_signing_out_twice_tells_it_once(house: House, sign_in: SignIn) -> None:
    token = sign_in(AMELIE)
    house.sign_out(token)
    house.sign_out(token)
    house.sign_out("guessed")

    assert len(house.announced("session_revoked")) == 1


def test_other_sessions_of_hers_go_on(house: House, sign_in: SignIn) -> None:
    laptop, telephone = sign_in(AMELIE), sign_in(AMELIE)

    house.sign_out(laptop)

    assert house.present(telephone).surname == "Dubois"


def test_what_is_over_is_forgotten_and_what_is_not_stays(house: House, sign_in: SignIn) -> None:
    token = sign_in(AMELIE)
    person_id = house.present(token).person_id
    house.create_space(person_id, "amelie@example.org")

    def rows() -> dict[str, int]:
        with house.work() as work:
            return {
                table.name: work.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
                for table in (tables.sign_ins, tables.links, tables.sessions)
            }

    commands.forget_what_is_over(house.work(), now=house.now)
    assert rows() == {"sign_ins": 1, "links": 1, "sessions": 1}
    house.later(hours=2)
    commands.forget_what_is_over(house.work(), now=house.now)
    assert rows() == {"sign_ins": 0, "links": 1, "sessions": 1}
    house.later(days=3)
    commands.forget_what_is_over(house.work(), now=house.now)
    assert rows() == {"sign_ins": 0, "links": 0, "sessions": 1}
    house.later(days=30)
    commands.forget_what_is_over(house.work(), now=house.now)
    assert rows() == {"sign_ins": 0, "links": 0, "sessions": 0}
