"""A session is alive while it is used, for twelve hours at most, until she signs out."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import requests
import sqlalchemy as sa

from chassis import tables as chassis_tables
from chassis.sessions import require_not_revoked
from chassis.statements import Actor
from contracts.errors import NotFound, SessionIsRevoked, StatementExpired
from contracts.identity import Presence, SessionUnknown
from services.identity import commands
from services.identity.storage import tables
from tests.cast import AMELIE, BERNARD, FABIENNE
from tests.integration.identity.conftest import SignIn
from tests.integration.identity.house import House
from tests.support.neighbours import Neighbours


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


def test_a_person_sees_where_she_is_signed_in(house: House, sign_in: SignIn) -> None:
    telephone = sign_in(AMELIE, "app", browser="Safari", address="2001:db8::1")
    sign_in(BERNARD)
    house.later(minutes=5)
    laptop = sign_in(AMELIE, "eid", browser="Firefox", address="192.0.2.7")

    mine, other = house.sessions(laptop)

    assert (mine.is_this, mine.means, mine.level, mine.browser, mine.address) == (
        True,
        "eid",
        500,
        "Firefox",
        "192.0.2.7",
    )
    assert (other.is_this, other.means, other.level, other.browser, other.address) == (
        False,
        "app",
        400,
        "Safari",
        "2001:db8::1",
    )
    assert (mine.begun_at - other.begun_at).total_seconds() == 300
    house.sign_out(telephone)
    assert [one.session_id for one in house.sessions(laptop)] == [mine.session_id]


def test_sessions_that_have_ended_by_themselves_are_not_listed(house: House, sign_in: SignIn) -> None:
    sign_in(AMELIE)
    house.later(minutes=31)

    assert len(house.sessions(sign_in(AMELIE))) == 1


def test_she_ends_another_session_of_hers(house: House, sign_in: SignIn) -> None:
    telephone, laptop = sign_in(AMELIE), sign_in(AMELIE)
    presence = house.present(laptop)
    (lost,) = [one.session_id for one in house.sessions(laptop) if not one.is_this]

    for _ in range(2):
        commands.end_session(house.work(), person_id=presence.person_id, session_id=lost, now=house.now)

    assert [told.subject for told in house.announced("session_revoked")] == [str(lost)]
    with pytest.raises(SessionUnknown):
        house.present(telephone)
    assert house.present(laptop).session_id == presence.session_id


def test_nobody_ends_the_session_of_another(house: House, sign_in: SignIn) -> None:
    hers, his = house.present(sign_in(AMELIE)), house.present(sign_in(BERNARD))

    for session_id in (hers.session_id, uuid4()):
        with pytest.raises(NotFound):
            commands.end_session(house.work(), person_id=his.person_id, session_id=session_id, now=house.now)

    assert house.announced("session_revoked") == []


def test_signing_out_everywhere_ends_all_sessions_of_hers_and_no_other(house: House, sign_in: SignIn) -> None:
    tokens, other = [sign_in(AMELIE) for _ in range(3)], sign_in(BERNARD)
    sessions = {str(house.present(token).session_id) for token in tokens}

    commands.sign_out_everywhere(house.work(), person_id=house.present(tokens[0]).person_id, now=house.now)

    assert {told.subject for told in house.announced("session_revoked")} == sessions
    for token in tokens:
        with pytest.raises(SessionUnknown):
            house.present(token)
    assert house.present(other)


def test_signing_in_and_out_is_in_the_audit_trail(house: House, sign_in: SignIn) -> None:
    token = sign_in(AMELIE)
    presence = house.present(token)
    house.sign_out(token)

    acts = {act["action"]: act for act in house.acts(presence.person_id)}

    session, me = f"session:{presence.session_id}", str(presence.person_id)
    assert {name: act["subject"] for name, act in acts.items()} == {"signed_in": session, "session_revoked": session}
    for act in acts.values():
        assert (act["actor"], act["party"], act["level"]) == (me, me, 450)


def test_the_provider_has_a_way_out_too(house: House, csam: Neighbours) -> None:
    address = house.gateways.csam.sign_out_url(return_url=f"{csam.portal_url}/")

    assert address is not None
    asked = parse_qs(urlsplit(address).query)
    assert address.startswith(f"{csam.csam_url}/end-session?")
    assert asked == {"client_id": ["mon-espace"], "post_logout_redirect_uri": [f"{csam.portal_url}/"]}
    answer = requests.get(address, allow_redirects=False, timeout=5)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{csam.portal_url}/")


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
