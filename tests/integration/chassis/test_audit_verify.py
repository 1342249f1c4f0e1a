"""What was done to an audit trail is found."""

import base64
import hashlib
import json
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from joserfc import jwt
from sqlalchemy.dialects.postgresql import JSONB
from uuid_utils.compat import uuid7

from chassis import audit
from chassis.audit.acts import commitment_to
from chassis.audit.heads import Head, sign
from chassis.audit.sealing import BEGINNING, link
from chassis.tables import audit_acts, audit_heads
from contracts import wire
from tests.integration.chassis.ledger import NOON
from tests.integration.chassis.trail import AMELIE, SERVICE, act, content_of, put_in, verify, where
from tests.integration.chassis.trail import keys as keys
from tests.integration.chassis.trail import service as service
from tests.integration.chassis.trail import trail as trail


def _alter(connection):
    content = content_of(connection, 3).content | {"actor": str(AMELIE)}
    connection.execute(sa.update(audit_acts).where(where(3)).values(content=content))


def _alter_with_commitment(connection):
    content = content_of(connection, 3).content | {"action": "nothing_bad"}
    salt = b"0" * 16
    values = {"content": content, "salt": salt, "commitment": commitment_to(content, salt)}
    connection.execute(sa.update(audit_acts).where(where(3)).values(**values))


def _chain_again(connection):
    """Everything from the first act on, as the sealer would have done it."""
    chain = BEGINNING
    rows = connection.execute(sa.select(audit_acts).where(audit_acts.c.sequence > 0).order_by(audit_acts.c.sequence))
    for row in rows.all():
        chain = link(chain, row.sequence, row.act_id, row.commitment)
        connection.execute(sa.update(audit_acts).where(where(row.sequence)).values(chain=chain))


def _alter_and_chain_again(connection):
    _alter_with_commitment(connection)
    _chain_again(connection)


def _delete(sequence):
    return lambda connection: connection.execute(sa.delete(audit_acts).where(where(sequence)))


def _delete_and_close_the_gap(connection):
    _delete(3)(connection)
    for sequence in range(4, 9):
        connection.execute(sa.update(audit_acts).where(where(sequence)).values(sequence=sequence - 1))
    _chain_again(connection)


def _delete_back_to_before_the_head(connection):
    connection.execute(sa.delete(audit_acts).where(audit_acts.c.sequence > 4))


def _put_in(connection, **more):
    content, salt = {"at": "2020-01-01T00:00:00+00:00", "action": "alibi"}, b"1" * 16
    values = {"act_id": uuid7(), "content": content, "salt": salt, "commitment": commitment_to(content, salt)}
    connection.execute(sa.insert(audit_acts).values(**values, **more))


def _put_in_between(connection):
    for sequence in range(8, 3, -1):
        connection.execute(sa.update(audit_acts).where(where(sequence)).values(sequence=sequence + 1))
    _put_in(connection, sequence=4, chain=hashlib.sha256(b"alibi").digest())
    _chain_again(connection)


def _change_places(connection):
    for old, new in ((2, 99), (3, 2), (99, 3)):
        connection.execute(sa.update(audit_acts).where(where(old)).values(sequence=new))


def _empty(connection):
    connection.execute(sa.update(audit_acts).where(where(3)).values(content=None, salt=None))


def _empty_as_if_erased(connection):
    connection.execute(sa.update(audit_acts).where(where(3)).values(content=None, salt=None, erased_by=uuid4()))


def _take_away_the_head(connection):
    connection.execute(sa.delete(audit_heads))


def _alter_the_head(connection):
    connection.execute(sa.update(audit_heads).values(statement=audit_heads.c.statement + "x"))


def _unchain(sequence):
    def tamper(connection):
        connection.execute(sa.text("ALTER TABLE audit_acts DROP CONSTRAINT sealed_whole"))
        connection.execute(sa.update(audit_acts).where(where(sequence)).values(chain=None))

    return tamper


def _record_what_is_no_act(trail, content):
    """As a service gone mad would: with a right commitment, where any was possible, and signed."""
    try:
        commitment = commitment_to(json.loads(content), b"1" * 16)
    except (ValueError, RecursionError):
        commitment = b""
    with trail.engine.begin() as connection:
        put_in(connection, sa.cast(sa.literal(content, sa.Text), JSONB), commitment, signer=trail.trail_signer)


def _number(sequence, number):
    return lambda connection: connection.execute(sa.update(audit_acts).where(where(sequence)).values(sequence=number))


def _unname(connection):
    connection.execute(sa.text("ALTER TABLE audit_acts DROP CONSTRAINT audit_acts_pkey"))
    connection.execute(sa.text("ALTER TABLE audit_acts ALTER act_id DROP NOT NULL"))
    connection.execute(sa.update(audit_acts).where(where(3)).values(act_id=None))


def _number_by_words(connection):
    connection.execute(sa.text("ALTER TABLE audit_acts ALTER sequence TYPE numeric"))


def _uncommit(connection):
    connection.execute(sa.text("ALTER TABLE audit_acts ALTER commitment DROP NOT NULL"))
    connection.execute(sa.update(audit_acts).where(where(3)).values(commitment=None))


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (_alter, "act 3 was altered"),
        (_alter_with_commitment, "act 3 does not follow"),
        (_alter_with_commitment, "act 3 was not recorded by identity"),
        (_alter_and_chain_again, "the chain up to act 5 is not that whose head was signed"),
        (_delete(3), "acts 3 to 3 were taken away"),
        (_delete_and_close_the_gap, "the chain up to act 5 is not that whose head was signed"),
        (_delete_back_to_before_the_head, "the head of 2026-11-21 knew of 5 acts, there are 4"),
        (_put_in, "not sealed yet, was not recorded by identity"),
        (_put_in_between, "act 4 was not recorded by identity"),
        (_put_in_between, "the chain up to act 5 is not that whose head was signed"),
        (_change_places, "act 2 does not follow"),
        (_empty, "act 3 was altered"),
        (_empty_as_if_erased, "the content of 1 acts was removed otherwise than by an erasure"),
        (_take_away_the_head, "there is no head of 2026-11-21 that can be believed, though one was signed"),
        (_alter_the_head, "a head cannot be believed"),
        (_unchain(3), "act 3 does not follow"),
        (_uncommit, "act 3 was altered"),
        (_unname, "act 3 was altered"),
        (_number_by_words, "act 3 was altered"),
        (_number(1, 0), "act 0 was altered"),
        (_number(3, -1), "act -1 was altered"),
        (_number(3, 2**62), f"acts 9 to {2**62 - 1} were taken away"),
        (_unchain(8), "act 8 does not follow"),
        (_unchain(5), "the chain up to act 5 is not that whose head was signed"),
    ],
)
def test_what_was_done_to_the_trail_is_found(trail, keys, tamper, found):
    with trail.engine.begin() as connection:
        tamper(connection)

    faults = verify(trail, keys).faults

    assert [fault for fault in faults if found in fault], faults


AT = NOON.isoformat()


@pytest.mark.parametrize(
    "content",
    [
        "null",
        "7",
        "[]",
        "{}",
        json.dumps({"at": AT}),
        json.dumps({"action": "alibi"}),
        json.dumps({"action": "alibi", "at": "yesterday"}),
        json.dumps({"action": "alibi", "at": "2026-11-21T12:00:00"}),
        json.dumps({"action": "alibi", "at": "9999-12-31T23:59:59+00:00"}),
        json.dumps({"action": 7, "at": AT}),
        json.dumps({"action": "acts_erased", "at": AT, "acts": "many"}),
        f'{{"action": "alibi", "at": "{AT}", "more": 1{"0" * 5000}}}',
        f'{{"action": "alibi", "at": "{AT}", "more": {"[" * 3000}{"]" * 3000}}}',
    ],
    ids=lambda content: content[:50],
)
def test_what_is_no_act_is_a_fault(trail, keys, content):
    _record_what_is_no_act(trail, content)

    assert verify(trail, keys).faults == ["act 9 was altered"]


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"action": "acts_erased"}, "an erasure of None acts"),
        ({"action": "audit_head_signed"}, "there is no head of  that can be believed"),
    ],
)
def test_an_act_that_does_not_say_of_what_is_a_fault(trail, keys, told, found):
    _record_what_is_no_act(trail, json.dumps(told | {"at": AT}))

    (fault,) = verify(trail, keys).faults
    assert found in fault


@pytest.mark.parametrize(
    "statement",
    ["", "é", "a.b.c", base64.urlsafe_b64encode(b"[" * 9000).decode().rstrip("=") + ".e30.AAAA"],
    ids=["nothing", "no ascii", "no head", "nested"],
)
def test_what_is_no_head_is_a_fault(trail, keys, statement):
    faults = verify(trail, keys, kept=[statement]).faults

    assert [fault.partition(":")[0] for fault in faults] == ["a head cannot be believed"]


def test_no_act_has_a_place_without_its_digest(trail):
    for values in ({"chain": None}, {"sequence": None}):
        with pytest.raises(sa.exc.IntegrityError), trail.engine.begin() as connection:
            connection.execute(sa.update(audit_acts).where(where(8)).values(**values))


HEAD = Head(sequence=5, chain="00" * 32, signed_on=NOON.date(), signed_at=NOON, previous=None)


def _by_another_service(keys):
    return sign(HEAD, audit.TrailSigner(SERVICE, keys.audit_key_file("delegation")))


def _for_another_service(keys):
    return sign(HEAD, audit.TrailSigner("delegation", keys.audit_key_file(SERVICE)))


def _for_something_else(keys):
    key = audit.TrailSigner(SERVICE, keys.audit_key_file(SERVICE)).jwk
    header = {"alg": "Ed25519", "typ": "JWT", "kid": key.kid}
    return jwt.encode(header, wire.dump(HEAD) | {"iss": SERVICE}, key, algorithms=["Ed25519"])


@pytest.mark.parametrize("forge", [_by_another_service, _for_another_service, _for_something_else])
def test_a_head_signed_by_somebody_else_or_for_something_else_is_not_believed(trail, keys, forge):
    faults = verify(trail, keys, kept=[forge(keys)]).faults

    assert [fault.partition(":")[0] for fault in faults] == ["a head cannot be believed"]


@pytest.mark.parametrize("column", ["salt", "signature", "chain"])
def test_a_column_of_another_type_ends_no_walk(trail, keys, column):
    with trail.engine.begin() as connection:
        changed = f"ALTER TABLE audit_acts ALTER COLUMN {column} TYPE text USING encode({column}, 'hex')"
        connection.execute(sa.text(changed))

    assert "act 1 was altered" in verify(trail, keys).faults


def test_an_act_that_nobody_seals_is_found_after_some_minutes(trail, keys):
    act(trail, "not_sealed")
    told = trail.clock.now()

    assert verify(trail, keys, now=told + timedelta(minutes=9)).faults == []
    (fault,) = verify(trail, keys, now=told + timedelta(minutes=11)).faults
    assert "it was put in, or nothing seals" in fault


def test_a_head_kept_elsewhere_shows_that_all_was_rolled_back(trail, keys):
    """Whoever owns the database may take away the newest acts together with the heads that knew of them."""
    kept = audit.list_heads(trail.engine)
    with trail.engine.begin() as connection:
        connection.execute(sa.delete(audit_heads))
        connection.execute(sa.delete(audit_acts).where(audit_acts.c.sequence > 3))

    assert verify(trail, keys).faults == []
    assert verify(trail, keys, kept=kept).faults == ["the head of 2026-11-21 knew of 5 acts, there are 3"]


# ---------------------------------------------------------------- erasure
