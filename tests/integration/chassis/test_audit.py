"""The audit trail: stored with the change, chained, signed; erased without breaking."""

import json
import threading
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
import sqlalchemy as sa

from chassis import audit, idempotency
from chassis.audit import sealing
from chassis.database import Work
from chassis.tables import audit_acts, audit_heads
from contracts.events import ActorFacts
from deploy.embedded.ports import wait_until
from tests.integration.chassis.ledger import NOON, EntryWritten, entries, write
from tests.integration.chassis.trail import AMELIE, BRUNO, ENTRY, act, content_of, seal, verify, where
from tests.integration.chassis.trail import keys as keys
from tests.integration.chassis.trail import service as service
from tests.integration.chassis.trail import trail as trail


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


@pytest.mark.parametrize("about", ["story_id", "bce_number"])
def test_a_command_about_something_says_so_itself_or_is_not_done(service, about):
    call = _call(service)
    with pytest.raises(RuntimeError, match=f"is about a {about}"):
        idempotency.once(call, "rename", {about: "7"}, lambda: write(call.work, "story"))

    assert service.rows(entries) == []


def test_a_command_that_records_itself_is_one_act(service):
    call = _call(service)
    idempotency.once(call, "look", {}, lambda: call.work.record("look_at_entry", subject="entry:a"))

    assert [row.content["action"] for row in service.rows(audit_acts)] == ["look_at_entry"]


def test_a_person_sees_who_acted_for_her_and_what_she_did(trail):
    act(trail, "elsewhere", party=BRUNO)

    with Work(trail) as work:
        told, more_before = audit.list_acts(work, party=AMELIE)

    assert more_before is None
    assert {told["action"] for told in told} == {*(f"act_{n}" for n in range(5)), "later_0", "later_1"}
    assert [told["at"] for told in told] == sorted((told["at"] for told in told), reverse=True)


def test_many_acts_come_in_parts(trail):
    parts, before = [], None
    with Work(trail) as work:
        whole, _ = audit.list_acts(work, party=AMELIE)
        while before is not None or not parts:
            part, before = audit.list_acts(work, party=AMELIE, before=before, most=3)
            parts.append(part)

    assert [len(part) for part in parts] == [3, 3, 1]
    assert [act for part in parts for act in part] == whole


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
        seal(service)

    sealers = [threading.Thread(target=sealer) for _ in range(4)]
    for thread in sealers:
        thread.start()
    for thread in sealers:
        thread.join()
    seal(service)

    assert verify(service, keys).faults == []
    assert sorted(row.sequence for row in service.rows(audit_acts)) == list(range(1, 42))


def test_a_sealer_whose_host_vanished_holds_up_the_others_for_a_moment_only(service, monkeypatch):
    soon = sa.text("SET LOCAL idle_in_transaction_session_timeout = '100ms'")
    monkeypatch.setattr("chassis.audit.sealing._NOT_FOR_LONG", soon)
    act(service)
    with pytest.raises(sa.exc.InternalError, match="idle-in-transaction"), Work(service) as vanished:
        assert sealing._lock(vanished)
        assert audit.seal(Work(service)) == 0
        wait_until(lambda: audit.seal(Work(service)) == 1, seconds=20, what="another to seal")


def test_the_head_is_signed_once_a_day(service, keys):
    act(service)
    for hours in (0, 1, 2, 24, 25):
        act(service)
        seal(service, now=NOON + timedelta(hours=hours))

    heads = service.rows(audit_heads)
    assert [(head.signed_on.day, head.sequence) for head in heads] == [(21, 2), (22, 6)]
    assert verify(service, keys).faults == []


def test_nothing_is_signed_where_nothing_was_done(service, keys):
    seal(service)

    assert service.rows(audit_heads) == []


# ---------------------------------------------------------------- what verification finds


def test_erasure_removes_the_content_and_leaves_the_chain_whole(trail, keys):
    act(trail, "not_sealed_yet")
    act(trail, "of_another", party=BRUNO)
    with Work(trail) as work:
        assert audit.erase(work, person_id=AMELIE) == 8
    seal(trail)

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
    seal(trail)
    with trail.engine.begin() as connection:
        erasure = connection.execute(sa.select(audit_acts.c.erased_by).where(where(1))).scalar_one()
        other = audit_acts.c.content["action"].astext == "of_another"
        connection.execute(sa.update(audit_acts).where(other).values(content=None, salt=None, erased_by=erasure))

    assert verify(trail, keys).faults == ["the content of 8 acts was removed otherwise than by an erasure"]


def test_content_that_is_brought_back_after_an_erasure_is_found(trail, keys):
    with trail.engine.connect() as connection:
        kept = content_of(connection, 1)
    with Work(trail) as work:
        audit.erase(work, person_id=AMELIE)
    with trail.engine.begin() as connection:
        brought = sa.update(audit_acts).where(where(1))
        connection.execute(brought.values(content=json.loads(json.dumps(kept.content)), salt=kept.salt))

    assert "act 1 was altered" in verify(trail, keys).faults


def test_what_an_agent_did_to_others_outlives_his_account(service, keys):
    act(service, "decided", by=BRUNO, party=AMELIE)
    act(service, "chose_a_language", by=BRUNO, party=BRUNO)
    act(service, "looked_around", by=BRUNO, party=None)
    with Work(service) as work:
        audit.erase(work, person_id=BRUNO)
        left, _ = audit.list_acts(work, party=AMELIE)
        his, _ = audit.list_acts(work, party=BRUNO)

    assert [(told["action"], told["actor"]) for told in left] == [("decided", str(BRUNO))]
    assert [told["action"] for told in his] == ["decided"]
