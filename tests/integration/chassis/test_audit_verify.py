"""What was done to an audit trail is found."""

import hashlib
from uuid import uuid4

import pytest
import sqlalchemy as sa

from chassis import audit
from chassis.audit.acts import commitment_to
from chassis.audit.heads import Head, sign
from chassis.audit.sealing import BEGINNING, link
from chassis.tables import audit_acts, audit_heads
from tests.integration.chassis.ledger import NOON
from tests.integration.chassis.trail import AMELIE, SERVICE, content_of, verify, where
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
    values = {"act_id": uuid4(), "content": content, "salt": salt, "commitment": commitment_to(content, salt)}
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


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (_alter, "act 3 was altered"),
        (_alter_with_commitment, "act 3 does not follow"),
        (_alter_and_chain_again, "the chain up to act 5 is not that whose head was signed"),
        (_delete(3), "acts 3 to 3 were taken away"),
        (_delete_and_close_the_gap, "the chain up to act 5 is not that whose head was signed"),
        (_delete_back_to_before_the_head, "the head of 2026-11-21 knew of 5 acts, there are 4"),
        (_put_in, "it was put in"),
        (_put_in_between, "the chain up to act 5 is not that whose head was signed"),
        (_change_places, "act 2 does not follow"),
        (_empty, "act 3 was altered"),
        (_empty_as_if_erased, "the content of 1 acts was removed otherwise than by an erasure"),
        (_take_away_the_head, "there is no head of 2026-11-21 that can be believed, though one was signed"),
        (_alter_the_head, "a head cannot be believed"),
    ],
)
def test_what_was_done_to_the_trail_is_found(trail, keys, tamper, found):
    with trail.engine.begin() as connection:
        tamper(connection)

    faults = verify(trail, keys).faults

    assert [fault for fault in faults if found in fault], faults


def test_a_head_signed_by_somebody_else_is_not_believed(trail, keys):
    forged = sign(
        Head(sequence=5, chain="00" * 32, signed_on=NOON.date()),
        service=SERVICE,
        private_key_file=keys.audit_key_file("delegation"),
    )

    assert any("cannot be believed" in fault for fault in verify(trail, keys, kept=[forged]).faults)


def test_a_head_kept_elsewhere_shows_that_all_was_rolled_back(trail, keys):
    """Whoever owns the database may take away the newest acts together with the heads that knew of them."""
    kept = audit.list_heads(trail.engine)
    with trail.engine.begin() as connection:
        connection.execute(sa.delete(audit_heads))
        connection.execute(sa.delete(audit_acts).where(audit_acts.c.sequence > 3))

    assert verify(trail, keys).faults == []
    assert verify(trail, keys, kept=kept).faults == ["the head of 2026-11-21 knew of 5 acts, there are 3"]


# ---------------------------------------------------------------- erasure
