"""The audit trail: stored with the change, chained, signed, verified; erased without breaking."""

import hashlib
import json
import threading
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from chassis import audit, idempotency
from chassis.audit.acts import commitment_to
from chassis.audit.heads import Head, sign
from chassis.audit.sealing import BEGINNING, link
from chassis.database import Work
from chassis.tables import audit_acts, audit_heads
from contracts.events import ActorFacts
from deploy.embedded.keys import Keys
from tests.integration.chassis.ledger import NOON, EntryWritten, entries, write

AMELIE = UUID("01920000-0000-7000-8000-000000000001")
BRUNO = UUID("01920000-0000-7000-8000-000000000002")
ENTRY = UUID("01920000-0000-7000-8000-00000000000a")
SERVICE = "identity"


@pytest.fixture
def keys(tmp_path):
    return Keys(tmp_path / "keys")


@pytest.fixture
def service(ledger):
    """The ledger under the name of a service that has an audit key."""
    ledger.name = SERVICE
    return ledger


def act(service, action="looked", *, by=BRUNO, party=AMELIE, **more):
    with Work(service, ActorFacts(person_id=by, level=400)) as work:
        work.record(action, subject="entry:a", party=party, **more)


def seal(service, keys, *, now=NOON):
    while audit.seal(Work(service)):
        pass
    audit.sign_head(Work(service), private_key_file=keys.audit_key_file(SERVICE), now=now)


def verify(service, keys, *, kept=(), now=None):
    return audit.verify(
        service.engine,
        service=SERVICE,
        keys_file=keys.audit_keys_file,
        kept_heads=kept,
        now=now or service.clock.now(),
    )


@pytest.fixture
def trail(service, keys):
    """Five acts whose head was signed, with the act of that, and two more after it."""
    for number in range(5):
        act(service, f"act_{number}")
    seal(service, keys)
    for number in range(2):
        act(service, f"later_{number}", by=AMELIE, party=None)
    seal(service, keys)
    return service


# ---------------------------------------------------------------- what is recorded


def test_an_act_is_stored_with_the_change_or_not_at_all(service):
    with Work(service, ActorFacts(person_id=BRUNO, level=500, mandate_id=ENTRY)) as work:
        write(work, "a")
        work.record("write_entry", subject="entry:a", party=AMELIE, enterprise="0403019261")
    with pytest.raises(ZeroDivisionError), Work(service) as work:
        write(work, "b")
        work.record("write_entry", subject="entry:b")
        _ = 1 / 0

    (row,) = service.rows(audit_acts)
    assert [entry.key for entry in service.rows(entries)] == ["a"]
    assert row.content.pop("at")
    assert row.content == {
        "action": "write_entry",
        "subject": "entry:a",
        "party": str(AMELIE),
        "enterprise": "0403019261",
        "actor": str(BRUNO),
        "level": 500,
        "mandate": str(ENTRY),
    }


def test_what_is_announced_is_an_act_of_who_did_it(service):
    with Work(service, ActorFacts(person_id=BRUNO, level=400)) as work:
        work.announce(EntryWritten(version=1, occurred_at=NOON, entry_id=ENTRY))

    (row,) = service.rows(audit_acts)
    assert row.content == {
        "at": NOON.isoformat(),
        "action": "entry_written",
        "subject": f"entry:{ENTRY}",
        "actor": str(BRUNO),
        "level": 400,
    }


def _call(service):
    work = Work(service, ActorFacts(person_id=AMELIE, level=400))
    return SimpleNamespace(
        work=work, now=NOON, command_id=uuid4(), service=None, actor=SimpleNamespace(person_id=AMELIE)
    )


def test_a_command_that_announces_nothing_is_an_act_by_its_name(service):
    call = _call(service)
    for _ in range(2):
        idempotency.once(call, "choose_colour", {}, lambda: write(call.work, "colour"))
        call.work = Work(service, call.work.actor_facts)

    (row,) = service.rows(audit_acts)
    assert (row.content["action"], row.content["party"]) == ("choose_colour", str(AMELIE))


def test_a_command_that_records_itself_is_one_act(service):
    call = _call(service)
    idempotency.once(call, "look", {}, lambda: call.work.record("look_at_entry", subject="entry:a"))

    assert [row.content["action"] for row in service.rows(audit_acts)] == ["look_at_entry"]


def test_a_person_sees_who_acted_for_her_and_what_she_did(trail):
    act(trail, "elsewhere", party=BRUNO)

    with Work(trail) as work:
        told = audit.list_acts(work, party=AMELIE)

    assert {told["action"] for told in told} == {*(f"act_{n}" for n in range(5)), "later_0", "later_1"}
    assert [told["at"] for told in told] == sorted((told["at"] for told in told), reverse=True)


# ---------------------------------------------------------------- the chain


def test_an_untouched_trail_has_no_fault(trail, keys):
    act(trail, "just_now")

    verdict = verify(trail, keys)

    assert (verdict.acts, verdict.unsealed, verdict.heads, verdict.faults) == (9, 1, 1, [])


def test_several_who_seal_at_once_make_one_chain(service, keys):
    for number in range(40):
        act(service, f"act_{number}")
    start = threading.Barrier(4)

    def sealer():
        start.wait()
        seal(service, keys)

    sealers = [threading.Thread(target=sealer) for _ in range(4)]
    for thread in sealers:
        thread.start()
    for thread in sealers:
        thread.join()
    seal(service, keys)

    assert verify(service, keys).faults == []
    assert sorted(row.sequence for row in service.rows(audit_acts)) == list(range(1, 42))


def test_the_head_is_signed_once_a_day(service, keys):
    act(service)
    for hours in (0, 1, 2, 24, 25):
        act(service)
        seal(service, keys, now=NOON + timedelta(hours=hours))

    heads = service.rows(audit_heads)
    assert [(head.signed_on.day, head.sequence) for head in heads] == [(21, 2), (22, 6)]
    assert verify(service, keys).faults == []


def test_nothing_is_signed_where_nothing_was_done(service, keys):
    seal(service, keys)

    assert service.rows(audit_heads) == []


# ---------------------------------------------------------------- what verification finds


def _where(sequence):
    return audit_acts.c.sequence == sequence


def _content(connection, sequence):
    return connection.execute(sa.select(audit_acts).where(_where(sequence))).one()


def _alter(connection):
    content = _content(connection, 3).content | {"actor": str(AMELIE)}
    connection.execute(sa.update(audit_acts).where(_where(3)).values(content=content))


def _alter_with_commitment(connection):
    content = _content(connection, 3).content | {"action": "nothing_bad"}
    salt = b"0" * 16
    values = {"content": content, "salt": salt, "commitment": commitment_to(content, salt)}
    connection.execute(sa.update(audit_acts).where(_where(3)).values(**values))


def _chain_again(connection):
    """Everything from the first act on, as the sealer would have done it."""
    chain = BEGINNING
    rows = connection.execute(sa.select(audit_acts).where(audit_acts.c.sequence > 0).order_by(audit_acts.c.sequence))
    for row in rows.all():
        chain = link(chain, row.sequence, row.act_id, row.commitment)
        connection.execute(sa.update(audit_acts).where(_where(row.sequence)).values(chain=chain))


def _alter_and_chain_again(connection):
    _alter_with_commitment(connection)
    _chain_again(connection)


def _delete(sequence):
    return lambda connection: connection.execute(sa.delete(audit_acts).where(_where(sequence)))


def _delete_and_close_the_gap(connection):
    _delete(3)(connection)
    for sequence in range(4, 9):
        connection.execute(sa.update(audit_acts).where(_where(sequence)).values(sequence=sequence - 1))
    _chain_again(connection)


def _delete_back_to_before_the_head(connection):
    connection.execute(sa.delete(audit_acts).where(audit_acts.c.sequence > 4))


def _put_in(connection, **more):
    content, salt = {"at": "2020-01-01T00:00:00+00:00", "action": "alibi"}, b"1" * 16
    values = {"act_id": uuid4(), "content": content, "salt": salt, "commitment": commitment_to(content, salt)}
    connection.execute(sa.insert(audit_acts).values(**values, **more))


def _put_in_between(connection):
    for sequence in range(8, 3, -1):
        connection.execute(sa.update(audit_acts).where(_where(sequence)).values(sequence=sequence + 1))
    _put_in(connection, sequence=4, chain=hashlib.sha256(b"alibi").digest())
    _chain_again(connection)


def _change_places(connection):
    for old, new in ((2, 99), (3, 2), (99, 3)):
        connection.execute(sa.update(audit_acts).where(_where(old)).values(sequence=new))


def _empty(connection):
    connection.execute(sa.update(audit_acts).where(_where(3)).values(content=None, salt=None))


def _empty_as_if_erased(connection):
    connection.execute(sa.update(audit_acts).where(_where(3)).values(content=None, salt=None, erased_by=uuid4()))


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


def test_erasure_removes_the_content_and_leaves_the_chain_whole(trail, keys):
    act(trail, "not_sealed_yet")
    act(trail, "of_another", party=BRUNO)
    with Work(trail) as work:
        assert audit.erase(work, person_id=AMELIE) == 8
    seal(trail, keys)

    left = [row.content for row in trail.rows(audit_acts) if row.content is not None]
    verdict = verify(trail, keys)
    assert (verdict.erased, verdict.faults) == (8, [])
    assert {content["action"] for content in left} == {"audit_head_signed", "of_another", "acts_erased"}
    assert [content["acts"] for content in left if content["action"] == "acts_erased"] == [8]


def test_who_comes_back_may_be_erased_again(trail, keys):
    with Work(trail) as work:
        audit.erase(work, person_id=AMELIE)
    act(trail, "back", by=AMELIE)
    with Work(trail) as work:
        assert audit.erase(work, person_id=AMELIE) == 1
        assert audit.erase(work, person_id=AMELIE) == 0

    assert verify(trail, keys).faults == []


def test_an_erasure_that_is_widened_afterwards_is_found(trail, keys):
    with Work(trail) as work:
        audit.erase(work, person_id=AMELIE)
    act(trail, "of_another", party=BRUNO)
    seal(trail, keys)
    with trail.engine.begin() as connection:
        erasure = connection.execute(sa.select(audit_acts.c.erased_by).where(_where(1))).scalar_one()
        other = audit_acts.c.content["action"].astext == "of_another"
        connection.execute(sa.update(audit_acts).where(other).values(content=None, salt=None, erased_by=erasure))

    assert verify(trail, keys).faults == ["the content of 8 acts was removed otherwise than by an erasure"]


def test_content_that_is_brought_back_after_an_erasure_is_found(trail, keys):
    with trail.engine.connect() as connection:
        kept = _content(connection, 1)
    with Work(trail) as work:
        audit.erase(work, person_id=AMELIE)
    with trail.engine.begin() as connection:
        brought = sa.update(audit_acts).where(_where(1))
        connection.execute(brought.values(content=json.loads(json.dumps(kept.content)), salt=kept.salt))

    assert "act 1 was altered" in verify(trail, keys).faults


def test_what_an_agent_did_to_others_outlives_his_account(service, keys):
    act(service, "decided", by=BRUNO, party=AMELIE)
    act(service, "chose_a_language", by=BRUNO, party=BRUNO)
    act(service, "looked_around", by=BRUNO, party=None)
    with Work(service) as work:
        audit.erase(work, person_id=BRUNO)
        left = audit.list_acts(work, party=AMELIE)
        his = audit.list_acts(work, party=BRUNO)

    assert [(told["action"], told["actor"]) for told in left] == [("decided", str(BRUNO))]
    assert [told["action"] for told in his] == ["decided"]
