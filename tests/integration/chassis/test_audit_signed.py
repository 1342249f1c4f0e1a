"""Who owns the database, and not the service's key, records nothing in its name."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from uuid_utils.compat import uuid7

from chassis import audit
from chassis.audit.acts import commitment_to, digest_of
from chassis.audit.sealing import BEGINNING, HEAD_SIGNED, link
from chassis.clock import Clock
from chassis.database import Work
from chassis.statements import generate_key
from chassis.tables import audit_acts, audit_heads
from tests.integration.chassis.ledger import NOON
from tests.integration.chassis.trail import (
    AMELIE,
    BRUNO,
    SALT,
    SERVICE,
    act,
    content_of,
    last_of,
    put_in,
    seal,
    verify,
    where,
)
from tests.integration.chassis.trail import keys as keys
from tests.integration.chassis.trail import service as service
from tests.integration.chassis.trail import trail as trail

ALIBI = {"at": NOON.isoformat(), "action": "alibi", "party": str(AMELIE)}


def put_in_alibi(connection, **signed):
    return put_in(connection, ALIBI, commitment_to(ALIBI, SALT), **signed)


def test_an_act_that_was_put_in_at_the_end_is_found(trail, keys):
    with trail.engine.begin() as connection:
        put_in_alibi(connection)

    assert verify(trail, keys).faults == ["act 9 was not recorded by identity"]


def test_the_service_that_seals_and_signs_on_top_of_it_does_not_vouch_for_it(trail, keys):
    with trail.engine.begin() as connection:
        put_in_alibi(connection)
    trail.clock = Clock(NOON + timedelta(days=1))
    act(trail, "next_day")
    seal(trail, now=trail.clock.now())

    assert verify(trail, keys).faults == ["act 9 was not recorded by identity"]


def test_what_was_altered_after_the_last_head_and_chained_again_is_found(trail, keys):
    with trail.engine.begin() as connection:
        before, altered, after = (content_of(connection, sequence) for sequence in (6, 7, 8))
        content = altered.content | {"actor": "another"}
        chain, commitment = before.chain, commitment_to(content, SALT)
        chain = link(chain, 7, altered.act_id, commitment)
        values = {"content": content, "salt": SALT, "commitment": commitment, "chain": chain}
        connection.execute(sa.update(audit_acts).where(where(7)).values(**values))
        last = link(chain, 8, after.act_id, after.commitment)
        connection.execute(sa.update(audit_acts).where(where(8)).values(chain=last))

    assert verify(trail, keys).faults == ["act 7 was not recorded by identity"]


def test_an_erasure_that_somebody_invented_is_found(trail, keys):
    """One act of before the last head, and one of after it."""
    with trail.engine.begin() as connection:
        emptied = [content_of(connection, sequence) for sequence in (1, 7)]
        told = {"at": NOON.isoformat(), "action": "acts_erased", "service": SERVICE, "subject": f"person:{AMELIE}"}
        told |= {"acts": 2, "digest": digest_of((act.act_id, act.commitment) for act in emptied)}
        erasure = put_in(connection, told, commitment_to(told, SALT))
        values = {"content": None, "salt": None, "erased_by": erasure}
        connection.execute(sa.update(audit_acts).where(audit_acts.c.sequence.in_([1, 7])).values(**values))

    assert verify(trail, keys).faults == [
        "act 9 was not recorded by identity",
        "the content of 2 acts was removed otherwise than by an erasure",
    ]


def _of_another_act(trail, keys, connection):
    return {"signature": content_of(connection, 7).signature}


def _of_another_services_key(trail, keys, connection):
    return {"signer": audit.TrailSigner(SERVICE, keys.audit_key_file("delegation"))}


def _for_another_service(trail, keys, connection):
    return {"signer": audit.TrailSigner("delegation", keys.audit_key_file(SERVICE))}


@pytest.mark.parametrize(
    "signed",
    [
        lambda *_: {"signature": b""},
        lambda *_: {"signature": bytes(64)},
        lambda *_: {"signature": b"x" * 65},
        _of_another_act,
        _of_another_services_key,
        _for_another_service,
    ],
    ids=["nothing", "zeros", "long", "of another act", "of another service's key", "for another service"],
)
def test_a_signature_that_is_not_the_services_over_this_act_is_found(trail, keys, signed):
    with trail.engine.begin() as connection:
        put_in_alibi(connection, **signed(trail, keys, connection))

    assert verify(trail, keys).faults == ["act 9 was not recorded by identity"]


def test_a_signature_that_was_taken_away_is_found_in_what_was_erased_too(trail, keys):
    with Work(trail) as work:
        audit.erase(work, person_id=AMELIE)
    seal(trail)
    with trail.engine.begin() as connection:
        connection.execute(sa.update(audit_acts).where(audit_acts.c.sequence.in_([1, 6])).values(signature=None))

    faults = verify(trail, keys).faults
    assert faults[:2] == ["act 1 was not recorded by identity", "act 6 was not recorded by identity"]


def test_acts_signed_with_a_key_that_was_replaced_are_believed_while_its_public_key_is_there(trail, keys):
    ring = json.loads(keys.audit_keys_file.read_text())
    private, public = generate_key()
    keys.audit_key_file(SERVICE).write_text(json.dumps(private))
    keys.audit_keys_file.write_text(json.dumps({SERVICE: {"keys": [*ring[SERVICE]["keys"], public]}}))
    act(trail, "under_the_new_key")
    seal(trail)

    assert verify(trail, keys).faults == []

    keys.audit_keys_file.write_text(json.dumps({SERVICE: {"keys": [public]}}))
    unknown = [fault for fault in verify(trail, keys).faults if "was not recorded" in fault]
    assert unknown == [f"act {sequence} was not recorded by identity" for sequence in range(1, 9)]


# ---------------------------------------------------------------- what the owner of the database makes others do


def _rewrite_history(connection):
    """No head, no signature, another actor, and chained again."""
    connection.execute(sa.delete(audit_heads))
    connection.execute(sa.delete(audit_acts).where(audit_acts.c.content["action"].astext == HEAD_SIGNED))
    rows = connection.execute(sa.select(audit_acts).order_by(audit_acts.c.sequence)).all()
    connection.execute(sa.update(audit_acts).values(sequence=None, chain=None))
    chain = BEGINNING
    for sequence, row in enumerate(rows, 1):
        content = row.content | {"actor": "another"}
        commitment = commitment_to(content, SALT)
        chain = link(chain, sequence, row.act_id, commitment)
        values = {"content": content, "salt": SALT, "commitment": commitment, "signature": None}
        values |= {"sequence": sequence, "chain": chain}
        connection.execute(sa.update(audit_acts).where(audit_acts.c.act_id == row.act_id).values(**values))


def test_a_history_that_was_written_anew_is_found_though_the_service_signs_it(trail, keys):
    with trail.engine.begin() as connection:
        _rewrite_history(connection)
    trail.clock = Clock(NOON + timedelta(days=1))
    act(trail, "next_day")
    seal(trail, now=trail.clock.now())

    found = [fault for fault in verify(trail, keys).faults if "was not recorded" in fault]
    assert found == [f"act {sequence} was not recorded by identity" for sequence in range(1, 8)]


def test_what_was_altered_so_that_an_erasure_would_take_it_stays(trail, keys):
    with trail.engine.begin() as connection:
        content = content_of(connection, 3).content | {"party": str(BRUNO)}
        connection.execute(sa.update(audit_acts).where(where(3)).values(content=content))
    with Work(trail) as work:
        assert audit.erase(work, person_id=BRUNO) == 0

    assert verify(trail, keys).faults == ["act 3 was altered"]


def test_what_was_altered_with_its_commitment_and_put_back_after_the_erasure_is_found(trail, keys):
    with trail.engine.begin() as connection:
        true = content_of(connection, 3)
        content = true.content | {"party": str(BRUNO)}
        values = {"content": content, "salt": SALT, "commitment": commitment_to(content, SALT)}
        connection.execute(sa.update(audit_acts).where(where(3)).values(**values))
    with Work(trail) as work:
        assert audit.erase(work, person_id=BRUNO) == 1
    seal(trail)
    assert "act 3 was not recorded by identity" in verify(trail, keys).faults
    with trail.engine.begin() as connection:
        connection.execute(sa.update(audit_acts).where(where(3)).values(commitment=true.commitment))

    assert verify(trail, keys).faults == ["the content of 1 acts was removed otherwise than by an erasure"]


def _call_all_hers(connection):
    """Whoever owns the database may give an operator of the question another meaning."""
    connection.execute(
        sa.text(
            "CREATE FUNCTION of_bruno(jsonb, text) RETURNS text IMMUTABLE LANGUAGE sql AS "
            f"$$ SELECT CASE WHEN $2 = 'party' THEN '{BRUNO}' ELSE $1 OPERATOR(pg_catalog.->>) $2 END $$"
        )
    )
    connection.execute(sa.text("CREATE OPERATOR ->> (LEFTARG = jsonb, RIGHTARG = text, FUNCTION = of_bruno)"))


def _erase_where_all_is_hers(trail):
    with Work(trail) as work:
        work.execute(sa.text("SET LOCAL search_path = public, pg_catalog"))
        asked = sa.select(sa.func.count()).where(str(BRUNO) == audit_acts.c.content["party"].astext)
        assert work.execute(asked.select_from(audit_acts)).scalar_one() == 8
        return audit.erase(work, person_id=BRUNO)


def test_an_erasure_takes_nothing_that_the_database_only_says_is_hers(trail, keys):
    with trail.engine.begin() as connection:
        _call_all_hers(connection)

    assert _erase_where_all_is_hers(trail) == 0
    assert verify(trail, keys).faults == []


@pytest.mark.parametrize("content", [[], 7, sa.JSON.NULL, sa.null()], ids=["list", "number", "JSON null", "nothing"])
def test_what_is_no_act_holds_up_no_erasure(trail, keys, content):
    with trail.engine.begin() as connection:
        _call_all_hers(connection)
        connection.execute(sa.update(audit_acts).where(where(3)).values(content=content))

    assert _erase_where_all_is_hers(trail) == 0
    assert any(fault.startswith("act 3 ") or "1 acts" in fault for fault in verify(trail, keys).faults)


# ---------------------------------------------------------------- rows that were kept


def put_in_again(connection, row):
    last = last_of(connection)
    chain = link(last.chain, last.sequence + 1, row.act_id, row.commitment)
    connection.execute(
        sa.insert(audit_acts).values(**dict(row._mapping) | {"sequence": last.sequence + 1, "chain": chain})
    )


def record_long_ago(monkeypatch, trail, minutes):
    """An act whose id tells that it was made then."""
    made = UUID(int=uuid7().int - (minutes * 60_000 << 80))
    monkeypatch.setattr("chassis.audit.acts.uuid7", lambda: made)
    act(trail, "long_ago")
    monkeypatch.undo()


def test_an_act_that_is_there_twice_is_found(trail, keys):
    with trail.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE audit_acts DROP CONSTRAINT audit_acts_pkey"))
        put_in_again(connection, content_of(connection, 7))

    assert verify(trail, keys).faults == ["act 9 was put in twice"]


def test_an_act_that_is_there_again_long_after_is_found(service, keys, monkeypatch):
    record_long_ago(monkeypatch, service, minutes=11)
    act(service, "now")
    seal(service)
    seal(service)
    with service.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE audit_acts DROP CONSTRAINT audit_acts_pkey"))
        put_in_again(connection, content_of(connection, 1))

    assert verify(service, keys).faults == [
        "act 4 is older than those before it: withheld, put in again, or a clock was set back"
    ]


@pytest.mark.parametrize(("minutes", "faults"), [(9, 0), (11, 1)])
def test_an_act_that_was_withheld_is_found(trail, keys, monkeypatch, minutes, faults):
    """A transaction that takes long is none."""
    record_long_ago(monkeypatch, trail, minutes)
    seal(trail)

    assert [fault for fault in verify(trail, keys).faults if "act 9 is older" in fault] == verify(trail, keys).faults
    assert len(verify(trail, keys).faults) == faults
