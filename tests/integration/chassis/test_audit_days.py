"""A trail of several days: each has its head, and none can be signed again without its showing."""

import json
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from chassis import audit
from chassis.audit.sealing import BEGINNING, HEAD_SIGNED, link
from chassis.clock import BRUSSELS, Clock
from chassis.database import Work
from chassis.statements import generate_key
from chassis.tables import audit_acts, audit_heads
from contracts.events import ActorFacts
from tests.integration.chassis.trail import SERVICE, act, seal, verify, where
from tests.integration.chassis.trail import keys as keys
from tests.integration.chassis.trail import service as service


def at(service, day, hour, minute=0):
    """It is then, of November."""
    now = datetime(2026, 11, day, hour, minute, tzinfo=BRUSSELS)
    service.clock = Clock(now)
    return now


def live(service, day, hours):
    """The service does one thing at each hour."""
    for hour in hours:
        now = at(service, day, hour)
        act(service, f"act_of_{day}_{hour}")
        seal(service, now=now + timedelta(seconds=5))


@pytest.fixture
def days(service):
    for day in (18, 19, 20):
        live(service, day, (8, 10, 14))
    return service


def take_away(connection, *actions):
    """And chain all that is left again, in its order."""
    connection.execute(sa.delete(audit_acts).where(audit_acts.c.content["action"].astext.in_(actions)))
    rows = connection.execute(sa.select(audit_acts).order_by(audit_acts.c.sequence)).all()
    connection.execute(sa.update(audit_acts).values(sequence=None, chain=None))
    chain = BEGINNING
    for sequence, row in enumerate(rows, 1):
        chain = link(chain, sequence, row.act_id, row.commitment)
        values = {"sequence": sequence, "chain": chain}
        connection.execute(sa.update(audit_acts).where(audit_acts.c.act_id == row.act_id).values(**values))


def test_each_day_has_its_head(days, keys):
    verdict = verify(days, keys)

    assert (verdict.heads, verdict.faults) == (3, [])


def test_all_written_anew_and_signed_again_by_the_service_is_found(days, keys):
    kept = audit.list_heads(days.engine)
    with days.engine.begin() as connection:
        connection.execute(sa.delete(audit_heads))
        take_away(connection, HEAD_SIGNED, "act_of_18_10")
    seal(days, now=at(days, 20, 15))

    faults = verify(days, keys).faults
    assert [fault.partition(" has acts")[0] for fault in faults] == ["2026-11-18", "2026-11-19", "2026-11-20"]
    assert "two heads were signed on 2026-11-20" in verify(days, keys, kept=kept).faults


def test_several_days_without_a_head_are_found_however_quiet_they_were(service, keys):
    for day in (18, 19, 20):
        live(service, day, (8,))
    with service.engine.begin() as connection:
        connection.execute(sa.delete(audit_heads))
        take_away(connection, HEAD_SIGNED, "act_of_19_8")
    live(service, 21, (8,))

    faults = verify(service, keys).faults
    assert [fault.partition(" has acts")[0] for fault in faults] == ["2026-11-18", "2026-11-20"]


def test_a_head_that_no_other_named_is_missed_all_the_same(days, keys):
    """The service names the one before by the row's number, which can be changed."""
    with days.engine.begin() as connection:
        lowered = sa.update(audit_heads).where(audit_heads.c.signed_on == date(2026, 11, 20))
        connection.execute(lowered.values(sequence=0))
    live(days, 21, (8,))

    assert verify(days, keys).faults == ["the head that was signed before that of 2026-11-21 was taken away"]


def hide(connection, *, after):
    """As long as it lasts, the service sees no more of its trail."""
    connection.execute(sa.text("ALTER TABLE audit_acts RENAME TO whole"))
    connection.execute(sa.text(f"CREATE VIEW audit_acts AS SELECT * FROM whole WHERE sequence <= {after}"))


def show(connection):
    connection.execute(sa.text("DROP VIEW audit_acts"))
    connection.execute(sa.text("ALTER TABLE whole RENAME TO audit_acts"))


def long_ago(connection, minutes):
    """What is there was made before; the service signed it then."""
    for row in connection.execute(sa.select(audit_acts)).all():
        act_id = UUID(int=row.act_id.int - (minutes * 60_000 << 80))
        signature = SIGNERS[0].sign_act(act_id, row.commitment)
        connection.execute(
            sa.update(audit_acts).where(audit_acts.c.act_id == row.act_id).values(act_id=act_id, signature=signature)
        )
    take_away(connection)


SIGNERS = []


@pytest.fixture
def yesterdays(service):
    """Seven acts of yesterday, by their ids too."""
    SIGNERS[:] = [service.trail_signer]
    at(service, 19, 8)
    for number in range(7):
        act(service, f"act_{number}")
    while audit.seal(Work(service)):
        pass
    with service.engine.begin() as connection:
        long_ago(connection, 24 * 60)
    return service


def test_a_head_over_less_than_there_was_is_found(yesterdays, keys):
    """Whoever owns the database hides the rest while the service signs: what no head covers he could alter at leisure,
    and the heads that were logged would know nothing."""
    with yesterdays.engine.begin() as connection:
        hide(connection, after=4)
    audit.sign_head(Work(yesterdays), now=at(yesterdays, 20, 8))
    with yesterdays.engine.begin() as connection:
        show(connection)
    while audit.seal(Work(yesterdays)):
        pass

    assert verify(yesterdays, keys).faults == [
        "act 8 is a head over 4 acts, though there were older ones after them",
    ]


def test_the_act_of_a_heads_signing_is_missed(days, keys):
    with days.engine.begin() as connection:
        last = sa.select(sa.func.max(audit_heads.c.sequence)).scalar_subquery()
        connection.execute(
            sa.delete(audit_acts).where(
                audit_acts.c.sequence > last, audit_acts.c.content["action"].astext == HEAD_SIGNED
            )
        )
        take_away(connection)

    assert verify(days, keys).faults == ["the act that the head of 2026-11-20 was signed was taken away"]


def test_a_head_covers_also_what_another_replica_had_not_sealed_yet(service, keys):
    at(service, 20, 8)
    for number in range(3):
        act(service, f"act_{number}")
    audit.sign_head(Work(service), now=at(service, 20, 8))

    (head,) = service.rows(audit_heads)
    assert head.sequence == 3
    assert verify(service, keys).faults == []


def test_todays_head_signed_again_is_late(days, keys):
    with days.engine.begin() as connection:
        connection.execute(sa.delete(audit_heads).where(audit_heads.c.sequence == 9))
        connection.execute(sa.delete(audit_acts).where(where(10)))
        # The last of yesterday, after its head.
        take_away(connection, "act_of_19_14")
    seal(days, now=at(days, 20, 15))

    (fault,) = verify(days, keys).faults
    assert fault.startswith("2026-11-20 has acts from 2026-11-20 07:00")


@pytest.mark.parametrize(("day", "next_day"), [(18, 19), (19, 20)])
def test_a_head_that_was_taken_away_is_missed_by_the_next(days, keys, day, next_day):
    with days.engine.begin() as connection:
        connection.execute(sa.delete(audit_heads).where(audit_heads.c.signed_on == date(2026, 11, day)))

    faults = verify(days, keys).faults
    assert f"the head that was signed before that of 2026-11-{next_day} was taken away" in faults


def test_a_head_that_was_signed_when_none_was_there_is_no_later_one(days, keys):
    with days.engine.begin() as connection:
        heads = connection.execute(sa.select(audit_heads).order_by(audit_heads.c.sequence)).all()
        connection.execute(sa.delete(audit_heads))
    live(days, 21, (8,))
    with days.engine.begin() as connection:
        connection.execute(sa.insert(audit_heads), [dict(head._mapping) for head in heads])

    assert verify(days, keys).faults == ["the head that was signed before that of 2026-11-21 was taken away"]


def test_all_gone_but_today_is_found_by_the_heads_that_were_kept(days, keys):
    """From the database alone it is a trail that begins today."""
    kept = audit.list_heads(days.engine)
    with days.engine.begin() as connection:
        connection.execute(sa.delete(audit_heads))
        connection.execute(sa.delete(audit_acts))
    live(days, 21, (8,))

    assert verify(days, keys).faults == []
    assert "the head of 2026-11-20 knew of 9 acts, there are 1" in verify(days, keys, kept=kept).faults


def test_heads_of_a_key_that_was_replaced_are_believed_while_its_public_key_is_there(days, keys):
    ring = json.loads(keys.audit_keys_file.read_text())
    private, public = generate_key()
    keys.audit_key_file(SERVICE).write_text(json.dumps(private))
    keys.audit_keys_file.write_text(json.dumps({SERVICE: {"keys": [*ring[SERVICE]["keys"], public]}}))
    live(days, 21, (8, 12))

    verdict = verify(days, keys)
    assert (verdict.heads, verdict.faults) == (4, [])

    keys.audit_keys_file.write_text(json.dumps({SERVICE: {"keys": [public]}}))
    assert sum("cannot be believed" in fault for fault in verify(days, keys).faults) == 3


def test_a_service_that_was_stopped_for_days_has_no_fault(days, keys):
    live(days, 27, (9, 16))

    assert verify(days, keys).faults == []


def test_a_clock_set_to_the_past_twice_has_no_fault(days, keys):
    for start in (9, 7):
        live(days, 3, (start, start + 1, start + 2))

    assert verify(days, keys).faults == []


def test_a_service_that_died_at_once_has_no_fault(days, keys):
    at(days, 21, 8)
    act(days, "last_words")
    live(days, 21, (12, 15))
    at(days, 22, 8)
    act(days, "last_words")
    live(days, 23, (8,))

    assert verify(days, keys).faults == []


def test_what_an_operator_does_while_the_service_is_down_needs_no_head_of_its_day(days, keys):
    for hour in (8, 12):
        at(days, 21, hour)
        with Work(days, ActorFacts(service="operator")) as work:
            work.record("raise_epoch")
    live(days, 22, (8,))

    assert verify(days, keys).faults == []


def test_days_on_which_nothing_was_signed_are_told(days, keys):
    for hour in (8, 12):
        at(days, 21, hour)
        act(days)
    live(days, 22, (8,))

    (fault,) = verify(days, keys).faults
    assert fault.startswith("2026-11-21 has acts from")
