"""A graceful stop finishes what it started, leaves the rest to others, and nothing is run twice."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa

from chassis.tables import inbox, outbox
from tests.integration.chassis.bus.town import Teller, Told, heard, ran

# As many as react at a time in one process.
AT_WORK = 4


def test_a_stop_finishes_what_was_started_and_leaves_the_rest_to_the_next(town):
    patient = town.rpc.at(Teller, timeout=60, service=town.token)
    words = [f"drained {number}" for number in range(30)]
    with ThreadPoolExecutor(len(words)) as callers:
        # Twenty at once; ten wait their turn.
        answers = [callers.submit(patient.linger, word=word, seconds=3) for word in words]
        town.until(lambda: len(town.rows("teller", ran, ran.c.word.startswith("drained"))) >= 20)
        assert town.processes["teller"].stop() == 0
        town.processes["teller"].start()

        assert [answer.result() for answer in answers] == words
    assert sorted(row.word for row in town.rows("teller", ran, ran.c.word.startswith("drained"))) == sorted(words)


def test_who_has_one_worker_stops_when_that_has_ended(town):
    town.processes["teller"].stop()
    alone = town.run("teller", replica=" alone", TELLER_MAX_WORKERS="1")
    patient = town.rpc.at(Teller, timeout=60, service=town.token)
    words = [f"alone {number}" for number in range(3)]
    with ThreadPoolExecutor(len(words)) as callers:
        answers = [callers.submit(patient.linger, word=word, seconds=3) for word in words]
        town.until(lambda: town.rows("teller", ran, ran.c.word.startswith("alone")))
        # With the status that says that all which was begun was finished in time.
        assert alone.stop() == 0
        assert len(town.rows("teller", ran, ran.c.word.startswith("alone"))) == 1
        town.processes["teller"].start()

        assert [answer.result() for answer in answers] == words
    assert len(town.rows("teller", ran, ran.c.word.startswith("alone"))) == len(words)


def test_a_rolling_restart_of_two_replicas_is_not_noticed_by_callers(town):
    stop = threading.Event()
    answered = []

    def call_on_and_on():
        while not stop.is_set():
            answered.append(town.teller.echo(words="x"))

    second = town.run("teller", replica="2")
    with ThreadPoolExecutor(2) as callers:
        calling = [callers.submit(call_on_and_on) for _ in range(2)]
        try:
            assert town.processes["teller"].stop() == 0
            town.processes["teller"].start()
            assert second.stop() == 0
            reached = len(answered)
            town.until(lambda: len(answered) > reached + 50)
        finally:
            stop.set()
        for call in calling:
            call.result()


def test_a_stop_finishes_the_reactions_that_were_begun_and_leaves_the_rest_to_the_next(town):
    hearer, count = town.processes["hearer"], 20
    with town.engines["hearer"].begin() as holder:
        # Reactions begin and cannot go on.
        holder.execute(sa.text("LOCK TABLE heard IN SHARE MODE"))
        for _ in range(count):
            told = Told(story_id=uuid4(), words="while it stops", version=1, occurred_at=datetime.now(UTC))
            town.announce("teller", told)
        of_these = inbox.c.body["words"].astext == "while it stops"
        town.until(lambda: len(town.rows("hearer", inbox, of_these)) == count)
        town.until(lambda: waiting_to_insert(town.engines["hearer"], heard) == AT_WORK)
        with ThreadPoolExecutor(1) as operator:
            before = times_told_to_stop(hearer)
            stopping = operator.submit(hearer.stop)
            town.until(lambda: times_told_to_stop(hearer) > before)
            holder.rollback()
            assert stopping.result() == 0

    # Nobody runs now: what was begun is done, all of it, and nothing else was begun.
    done = town.rows("hearer", inbox, of_these, inbox.c.done_at.is_not(None))
    assert len(done) == AT_WORK
    assert sorted(story_ids_heard(town)) == sorted(row.subject for row in done)
    hearer.start()

    town.until(lambda: len(story_ids_heard(town)) >= count)
    assert len(story_ids_heard(town)) == len(set(story_ids_heard(town))) == count
    assert {row.attempts for row in town.rows("hearer", inbox, of_these)} == {0}


def waiting_to_insert(engine, table):
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        f" AND query LIKE 'INSERT INTO {table.name} %'"
    )
    with engine.connect() as connection:
        return connection.execute(sa.text(query)).scalar()


def times_told_to_stop(process):
    return process.log.read_text().count('"stopping"')


def story_ids_heard(town):
    return [str(row.story_id) for row in town.rows("hearer", heard, heard.c.words == "while it stops")]


def test_a_stop_sends_what_was_stored_meanwhile(town):
    """The command that was still running announces when nobody may call any more."""
    teller = town.processes["teller"]
    with town.engines["teller"].begin() as holder, ThreadPoolExecutor(2) as people:
        holder.execute(sa.text("LOCK TABLE outbox IN SHARE MODE"))
        telling = people.submit(
            town.rpc.at(Teller, timeout=60, service=town.token).tell, words="last words", command_id=uuid4()
        )
        town.until(lambda: waiting_to_insert(town.engines["teller"], outbox) == 1)
        before = times_told_to_stop(teller)
        stopping = people.submit(teller.stop)
        town.until(lambda: times_told_to_stop(teller) > before)
        holder.rollback()
        story = telling.result()
        assert stopping.result() == 0

    assert town.rows("teller", outbox, outbox.c.subject == str(story.story_id))[0].sent_at is not None
    teller.start()
    town.until(lambda: town.rows("hearer", heard, heard.c.story_id == story.story_id))
    assert len(town.rows("hearer", heard, heard.c.story_id == story.story_id)) == 1
