"""From the commit to the queue: nothing is lost, what was rolled back is never sent, a crash can only repeat."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from chassis.bus import connect
from chassis.tables import outbox, publication
from contracts.errors import NotFound
from tests.integration.chassis.bus.town import Told, heard


@contextmanager
def listening(town, event_type):
    """A queue of the test's own beside the hearer's; gives a function that takes what has come."""
    with connect(town.amqp_uri, "test") as connection:
        channel = connection.channel()
        queue = channel.queue_declare(exclusive=True).queue
        channel.queue_bind(queue, "teller.events", event_type)

        def take():
            messages = []
            while (message := channel.basic_get(queue, no_ack=True)) is not None:
                messages.append(message)
            return messages

        yield take


def test_an_announcement_reaches_who_listens(town):
    story = town.teller.tell(words="to all", command_id=uuid4())

    town.until(lambda: town.rows("hearer", heard, heard.c.story_id == story.story_id))
    town.until(lambda: all(row.sent_at for row in town.rows("teller", outbox)))


def test_a_message_is_plain_json_with_cloudevents_headers(town):
    with listening(town, "told") as take:
        story = town.teller.tell(words="plain", command_id=uuid4())
        messages = []
        town.until(lambda: messages.extend(take()) or messages)

    (message,) = messages
    body, headers = json.loads(message.body), message.headers
    (row,) = town.rows("teller", outbox, outbox.c.subject == str(story.story_id))
    assert body["words"] == "plain"
    assert body["actor"] == {"person_id": None, "mandate_id": None, "level": None, "service": "tests"}
    assert headers["cloudEvents_type"] == "teller.told"
    assert headers["cloudEvents_source"] == "/teller"
    assert headers["subject"] == headers["cloudEvents_subject"] == str(story.story_id)
    assert headers["subject_version"] == "1.1"
    assert headers["traceparent"] == row.traceparent
    assert message.properties["message_id"] == headers["cloudEvents_id"] == str(row.event_id)
    assert message.properties["user_id"] == "guest"
    assert message.properties["content_type"] == "application/json"
    assert message.properties["delivery_mode"] == 2


def test_what_was_rolled_back_is_never_sent(town):
    with listening(town, "told") as take:
        with pytest.raises(NotFound):
            town.teller.tell_and_regret(words="unsaid", command_id=uuid4())
        after = town.teller.tell(words="said", command_id=uuid4())
        messages = []
        town.until(lambda: messages.extend(take()) or messages)

    assert [json.loads(message.body)["story_id"] for message in messages] == [str(after.story_id)]


def test_what_nobody_listens_to_is_counted_and_done_with(town):
    before = town.metric("teller", "outbox_returned_total")

    town.teller.whisper(command_id=uuid4())

    town.until(lambda: town.metric("teller", "outbox_returned_total") == before + 1)
    town.until(lambda: all(row.sent_at for row in town.rows("teller", outbox)))


def test_a_crash_between_confirm_and_mark_repeats_and_the_inbox_ignores_the_repeat(town):
    told = Told(story_id=uuid4(), words="twice", version=1, occurred_at=datetime.now(UTC))
    teller, was_repeated = town.processes["teller"], town.metric("hearer", "inbox_repeated_total")
    with town.engines["teller"].connect() as holder:
        with teller.frozen():
            town.announce("teller", told)
            # The relay can read the row and send it, but not mark it while we hold it.
            holder.execute(sa.select(outbox).where(outbox.c.subject == str(told.story_id)).with_for_update())
        town.until(lambda: town.rows("hearer", heard, heard.c.story_id == told.story_id))
        teller.kill()
        end_sessions(town.engines["teller"], "teller relay")
    teller.start()

    town.until(lambda: town.metric("hearer", "inbox_repeated_total") > was_repeated)
    town.until(lambda: all(row.sent_at for row in town.rows("teller", outbox)))
    assert len(town.rows("hearer", heard, heard.c.story_id == told.story_id)) == 1


def end_sessions(engine, name):
    """Sessions outlive the client that was killed: one that waits for a lock would still do what it was told."""
    sessions = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name")
    with engine.connect() as connection:
        connection.execute(sessions, {"name": name})


def test_one_of_two_relays_sends_and_the_other_succeeds_it(town):
    second, sent = town.run("teller", replica="2"), []
    with listening(town, "told") as take:

        def are_sent(story_ids):
            # A relay may repeat, if the broker is slow to confirm; it may leave nothing out.
            sent.extend(take())
            return {message.headers["subject"] for message in sent} >= set(map(str, story_ids))

        story_ids = [town.teller.tell(words="by one of two", command_id=uuid4()).story_id for _ in range(20)]
        town.until(lambda: are_sent(story_ids))
        by_the_second = town.metric("teller2", "outbox_sent_total")
        town.processes["teller"].kill()
        story_ids += [town.teller.tell(words="by the other", command_id=uuid4()).story_id for _ in range(5)]
        town.until(lambda: are_sent(story_ids))
    assert by_the_second == 0
    town.until(lambda: len(town.rows("hearer", heard, heard.c.story_id.in_(story_ids))) >= 25)
    town.processes["teller"].start()
    second.stop()
    assert len(town.rows("hearer", heard, heard.c.story_id.in_(story_ids))) == 25


def test_the_epoch_goes_before_the_version(town):
    with town.engines["teller"].begin() as connection:
        connection.execute(sa.update(publication).values(epoch=7))
    with listening(town, "told") as take:
        town.teller.tell(words="after a restore", command_id=uuid4())
        messages = []
        town.until(lambda: messages.extend(take()) or messages)

    assert messages[0].headers["subject_version"] == "7.1"


def test_an_event_whose_listener_has_no_queue_waits_while_others_pass(town):
    """As on a broker where the listener's queue was deleted by mistake."""
    with connect(town.amqp_uri, "test") as connection:
        connection.channel().queue_unbind("hearer.inbox", "teller.events", "told")
    returned = town.metric("teller", "outbox_returned_total")
    story = town.teller.tell(words="kept", command_id=uuid4())
    town.until(lambda: town.metric("teller", "outbox_returned_total") > returned)
    town.teller.whisper(command_id=uuid4())

    # The relay declares what the contracts promise before it tries again.
    town.until(lambda: town.rows("hearer", heard, heard.c.story_id == story.story_id))
    town.until(lambda: all(row.sent_at for row in town.rows("teller", outbox)))


def test_what_was_sent_long_ago_is_deleted(town):
    old = Told(story_id=uuid4(), words="long ago", version=1, occurred_at=datetime.now(UTC))
    town.announce("teller", old)
    is_old = outbox.c.subject == str(old.story_id)
    town.until(lambda: town.rows("teller", outbox, is_old)[0].sent_at)
    with town.engines["teller"].begin() as connection:
        connection.execute(sa.update(outbox).where(is_old).values(sent_at=datetime.now(UTC) - timedelta(days=31)))
    town.processes["teller"].stop()
    town.processes["teller"].start()

    town.until(lambda: town.rows("teller", outbox, is_old) == [])
