"""More comes than can be taken: it waits where there is room for it, and nobody's memory grows."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import amqp
import pytest
import sqlalchemy as sa

from chassis.bus import Link, Publisher, connect, together
from chassis.inbox.arrivals import PREFETCH
from chassis.tables import inbox, outbox
from tests.integration.chassis.bus.town import Told, Whispered, heard, ran

FLOOD, FIRST, STORED = 100_000, 10_000, 20_000
SENT_TOGETHER = 1000
# If it kept the 90,000 messages in between, it would grow by some 200 MB.
MAY_GROW_KB = 16 * 1024


@pytest.fixture(scope="module")
def town(town_of_its_own):
    return town_of_its_own


@pytest.fixture
def publish(town):
    """Tells so many stories as the teller's relay would, and returns when the broker has them all."""
    publishers = []

    def open_channel(connection):
        publishers.append(Publisher(connection, user="guest"))

    def publish(count):
        for _ in range(0, count, SENT_TOGETHER):
            with together(publishers[-1].channel):
                fates = [_send(publishers[-1]) for _ in range(SENT_TOGETHER)]
            publishers[-1].wait(fates, timeout=60)
            assert {fate.outcome for fate in fates} == {"confirmed"}

    link = Link(town.amqp_uri, "flood", on_open=open_channel)
    link.start()
    assert link.wait_until_up(60)
    yield publish
    link.stop()


def _send(publisher):
    story = {"story_id": str(uuid4()), "words": "x" * 300, "version": 1, "occurred_at": datetime.now(UTC).isoformat()}
    return publisher.send_confirmed(
        json.dumps(story).encode(),
        exchange="teller.events",
        routing_key="told",
        message_id=str(uuid4()),
        application_headers={"subject_version": "1.1"},
    )


def relay_connections(town):
    """How many there have been, by what the teller logged."""
    lines = town.processes["teller"].log_lines()
    return sum((line["event"], line.get("link")) == ("broker_connected", "teller relay") for line in lines)


def announce(town, event_type, count, **more):
    for _ in range(count):
        event = event_type(story_id=uuid4(), version=1, occurred_at=datetime.now(UTC), **more)
        town.announce("teller", event)


def test_a_full_inbox_holds_back_its_own_events_and_no_others(town, killable_rabbitmq):
    limit, count = 50, 800
    killable_rabbitmq.control(
        "set_policy", "small", r"^hearer\.inbox$", json.dumps({"max-length": limit}), "--apply-to", "queues"
    )
    town.processes["hearer"].kill()
    announce(town, Told, count, words="too much")
    announce(town, Whispered, 3)

    unsent = outbox.c.sent_at.is_(None)
    town.until(lambda: town.rows("teller", outbox, outbox.c.type == "whispered", unsent) == [])
    town.until(lambda: town.waiting_in("hearer.inbox") >= limit)
    held = town.rows("teller", outbox, outbox.c.type == "told", unsent)
    assert len(held) > 0
    # RabbitMQ may refuse by one channel what it takes by another.
    connected = relay_connections(town)
    town.until(lambda: relay_connections(town) > connected)
    assert town.waiting_in("hearer.inbox") >= count - len(held)
    town.processes["hearer"].start()

    town.until(lambda: town.rows("teller", outbox, unsent) == [], seconds=300)
    town.until(lambda: len(town.rows("hearer", heard, heard.c.words == "too much")) >= count, seconds=300)
    assert len(town.rows("hearer", heard, heard.c.words == "too much")) == count
    killable_rabbitmq.control("clear_policy", "small")


def test_a_full_request_queue_drops_who_waited_longest(town, killable_rabbitmq):
    """And holds no memory for those who gave up; the limit of production is too high to fill it here."""
    limit, count = 10, 30
    killable_rabbitmq.control(
        "set_policy", "short", r"^rpc-teller$", json.dumps({"max-length": limit}), "--apply-to", "queues"
    )
    town.processes["teller"].kill()
    with connect(town.amqp_uri, "crowd") as connection:
        channel = connection.channel()
        channel.confirm_select()
        for number in range(count):
            body = {"args": [], "kwargs": {"word": f"crowd {number:02}", "seconds": 0}}
            request = amqp.Message(json.dumps(body), application_headers={"nameko.service": town.token})
            channel.basic_publish_confirm(request, "nameko-rpc", "teller.linger", confirm_timeout=60)
    town.until(lambda: town.waiting_in("rpc-teller") == limit)
    town.processes["teller"].start()

    in_the_crowd = ran.c.word.startswith("crowd ")
    town.until(lambda: len(town.rows("teller", ran, in_the_crowd)) >= limit)
    killable_rabbitmq.control("clear_policy", "short")
    assert town.teller.echo(words="as before") == "as before"
    served = sorted(row.word for row in town.rows("teller", ran, in_the_crowd))
    assert served == [f"crowd {number:02}" for number in range(count - limit, count)]


def test_memory_stays_flat_while_many_events_arrive_and_the_database_is_away(town, killable_postgres, publish):
    hearer = town.processes["hearer"]
    before = how_many(town)
    with killable_postgres.shut(town.databases["hearer"]):
        publish(FIRST)
        town.until(lambda: not hearer.is_ready("hearer"))
        then = forget_peak(hearer.pid)
        publish(FLOOD - FIRST)

        assert peak_kb(hearer.pid) - then < MAY_GROW_KB
        assert town.waiting_in("hearer.inbox") >= FLOOD - PREFETCH
        assert hearer.is_running

    # The test's own connection was ended too.
    town.engines["hearer"].dispose()
    # That they are stored is the question: their reactions, one by one, would take far longer.
    with town.engines["hearer"].begin() as holder:
        holder.execute(sa.text("LOCK TABLE heard"))
        town.until(lambda: how_many(town) >= before + STORED, seconds=300)
        assert peak_kb(hearer.pid) - then < MAY_GROW_KB
        hearer.kill()
    # Each is in the table or in the queue; those of the last batch may be in both.
    town.until(lambda: how_many(town) - before + town.waiting_in("hearer.inbox") >= FLOOD)
    assert how_many(town) - before + town.waiting_in("hearer.inbox") <= FLOOD + PREFETCH


def how_many(town):
    with town.engines["hearer"].connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(inbox)).scalar()


def forget_peak(pid):
    """What is resident now counts as the most that ever was; gives it."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return peak_kb(pid)


def peak_kb(pid):
    """The most that was resident at any moment."""
    (line,) = (line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1])
