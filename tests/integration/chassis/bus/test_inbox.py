"""From the queue to the reaction: once each, retried, parked with its error, replayed; the unreadable set aside."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import amqp
import pytest
import sqlalchemy as sa

from chassis.bus import connect
from chassis.inbox.parked import (
    drop_parked,
    drop_unreadable,
    list_parked,
    list_unreadable,
    replay_parked,
    replay_unreadable,
    show_parked,
)
from chassis.tables import inbox
from tests.integration.chassis.bus.town import cures, heard


@pytest.fixture
def publish(town):
    """Puts a message on an exchange of the town, as anybody could who has a password."""
    with connect(town.amqp_uri, "test") as connection:
        channel = connection.channel()

        def publish(body, *, exchange="teller.events", routing_key="told", headers=None, **properties):
            properties = {"message_id": str(uuid4()), "user_id": "guest", "delivery_mode": 2} | properties
            message = amqp.Message(
                body if isinstance(body, (bytes, str)) else json.dumps(body),
                content_type="application/json",
                application_headers={"subject_version": "1.1"} if headers is None else headers,
                **{name: value for name, value in properties.items() if value is not None},
            )
            channel.basic_publish_confirm(message, exchange, routing_key, mandatory=True)
            return properties["message_id"]

        yield publish


def a_told(words="a story", **more):
    occurred_at = datetime.now(UTC).isoformat()
    return {"story_id": str(uuid4()), "words": words, "version": 1, "occurred_at": occurred_at} | more


def cure(town, words):
    with town.engines["hearer"].begin() as connection:
        connection.execute(sa.insert(cures).values(words=words))


def test_a_message_that_comes_twice_is_reacted_to_once(town, publish):
    told, message_id = a_told("again and again"), str(uuid4())

    for _ in range(5):
        publish(told, message_id=message_id)
    last = publish(a_told("the last"))

    town.until(lambda: [row for row in town.rows("hearer", inbox, inbox.c.event_id == last) if row.done_at])
    assert len(town.rows("hearer", heard, heard.c.words == "again and again")) == 1


def test_fields_that_are_not_known_yet_are_ignored(town, publish):
    publish(a_told("of tomorrow", mood="merry"))

    town.until(lambda: town.rows("hearer", heard, heard.c.words == "of tomorrow"))


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("the body is not JSON", {"body": b"\xff\x00 what?"}),
        ("the body is not a JSON object", {"body": "[1, 2]"}),
        ("the body is not JSON", {"body": "[" * 100_000}),
        ("the body is not a told", {"body": {"story_id": "no"}}),
        ("the message id is not a UUID", {"message_id": "17"}),
        ("the message id is not a UUID", {"message_id": None}),
        ("the header subject_version is not epoch.n", {"headers": {"subject_version": 4}}),
        ("the header subject_version is not epoch.n", {"headers": {}}),
        ("it was sent by nobody, not by teller", {"user_id": None}),
        ("it is larger than 1048576 bytes", {"body": a_told("x" * (1 << 20))}),
        ("the database cannot hold the body", {"body": a_told("a\u0000b")}),
        ("the database cannot hold the body", {"body": a_told("\ud800")}),
    ],
)
def test_what_cannot_be_read_is_set_aside_with_its_reason_and_others_go_on(town, publish, reason, message):
    malformed = town.metric("hearer", "inbox_malformed_total")
    publish(**({"body": a_told()} | message))
    good = publish(a_told("good"))

    town.until(lambda: [row for row in town.rows("hearer", inbox, inbox.c.event_id == good) if row.done_at])
    town.until(lambda: town.metric("hearer", "inbox_malformed_total") == malformed + 1)
    (parked,) = list_unreadable(town.amqp_uri, "hearer")
    assert parked["reason"] == reason
    assert (parked["exchange"], parked["routing_key"]) == ("teller.events", "told")
    assert drop_unreadable(town.amqp_uri, "hearer", parked["message_id"]) == [parked]
    assert list_unreadable(town.amqp_uri, "hearer") == []


def test_what_was_set_aside_comes_back_when_replayed(town, publish):
    told = a_told("replayed")
    publish(told, message_id="not yet readable")
    town.until(lambda: list_unreadable(town.amqp_uri, "hearer"))
    (parked,) = list_unreadable(town.amqp_uri, "hearer")

    assert replay_unreadable(town.amqp_uri, "hearer", parked["message_id"]) == [parked]

    # It is as unreadable as it was, so it is set aside once more, with what was known of it.
    town.until(
        lambda: (
            [row["message_id"] for row in list_unreadable(town.amqp_uri, "hearer")] not in ([], [parked["message_id"]])
        )
    )
    (again,) = list_unreadable(town.amqp_uri, "hearer")
    assert (again["exchange"], again["routing_key"], again["reason"]) == ("teller.events", "told", parked["reason"])
    drop_unreadable(town.amqp_uri, "hearer", again["message_id"])


def test_what_nobody_vouched_for_is_not_believed_however_often_it_is_replayed(town, publish):
    publish(a_told("forged"), user_id=None)
    seen = []
    for _ in range(3):
        town.until(lambda: [row for row in list_unreadable(town.amqp_uri, "hearer") if row["message_id"] not in seen])
        (parked,) = list_unreadable(town.amqp_uri, "hearer")
        assert parked["reason"] == "it was sent by nobody, not by teller"
        seen.append(parked["message_id"])
        replay_unreadable(town.amqp_uri, "hearer", parked["message_id"])

    town.until(lambda: [row for row in list_unreadable(town.amqp_uri, "hearer") if row["message_id"] not in seen])
    (parked,) = list_unreadable(town.amqp_uri, "hearer")
    drop_unreadable(town.amqp_uri, "hearer", parked["message_id"])
    assert town.rows("hearer", heard, heard.c.words == "forged") == []


def test_a_reaction_that_fails_is_parked_with_its_error_and_replayed_after_the_cure(town, publish):
    event_id = publish(a_told("poison 1"))
    good = publish(a_told("beside the poison"))

    town.until(lambda: [row for row in town.rows("hearer", inbox, inbox.c.event_id == good) if row.done_at])
    town.until(lambda: list_parked(town.engines["hearer"]))
    (parked,) = list_parked(town.engines["hearer"])
    assert (str(parked["event_id"]), parked["handler"], parked["attempts"]) == (event_id, "on_told", 3)
    assert parked["error"] == "RuntimeError: the reaction fails"
    assert show_parked(town.engines["hearer"], event_id)[0]["body"]["words"] == "poison 1"
    # What the failed attempts wrote was rolled back with them.
    assert town.rows("hearer", heard, heard.c.words == "poison 1") == []

    cure(town, "poison 1")
    assert [
        str(row["event_id"]) for row in replay_parked(town.engines["hearer"], event_id, by=town.operator("hearer"))
    ] == [event_id]

    town.until(lambda: town.rows("hearer", heard, heard.c.words == "poison 1"))
    assert list_parked(town.engines["hearer"]) == []


def test_a_parked_reaction_can_be_dropped(town, publish):
    event_id = publish(a_told("poison 2"))
    town.until(lambda: list_parked(town.engines["hearer"]))

    assert len(drop_parked(town.engines["hearer"], event_id, by=town.operator("hearer"))) == 1
    assert list_parked(town.engines["hearer"]) == []


def test_a_reaction_waits_for_a_fact_without_using_up_attempts(town, publish):
    event_id = publish(a_told("early 1"))
    waits = {"handler": "on_told", "outcome": "waits"}
    town.until(lambda: town.metric("hearer", "inbox_reactions_total", **waits) > 3)

    (row,) = town.rows("hearer", inbox, inbox.c.event_id == event_id)
    assert (row.attempts, row.parked_at, row.waits_for) == (0, None, "the cure of early 1")
    cure(town, "early 1")
    town.until(lambda: town.rows("hearer", heard, heard.c.words == "early 1"))


def test_many_events_are_reacted_to_once_each_by_two_replicas(town):
    second = town.run("hearer", replica="2")
    for number in range(100):
        town.teller.tell(words=f"many {number}", command_id=uuid4())

    def words():
        return sorted(row.words for row in town.rows("hearer", heard, heard.c.words.startswith("many ")))

    town.until(lambda: len(words()) >= 100)
    assert second.stop() == 0
    assert words() == sorted(f"many {number}" for number in range(100))


def test_what_was_done_long_ago_is_deleted(town, publish):
    event_id = publish(a_told("long ago"))
    is_old = inbox.c.event_id == event_id
    town.until(lambda: [row for row in town.rows("hearer", inbox, is_old) if row.done_at])
    with town.engines["hearer"].begin() as connection:
        connection.execute(sa.update(inbox).where(is_old).values(done_at=datetime.now(UTC) - timedelta(days=31)))
    town.processes["hearer"].stop()
    town.processes["hearer"].start()

    town.until(lambda: town.rows("hearer", inbox, is_old) == [])
