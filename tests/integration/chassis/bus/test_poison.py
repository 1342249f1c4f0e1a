"""Messages that a broken or hostile program puts on the bus: each is dealt with once, and all others go on."""

import json
import struct
from datetime import UTC, datetime
from uuid import uuid4

import amqp
import pytest

from chassis.bus import connect
from chassis.inbox.parked import drop_unreadable, list_unreadable
from contracts import wire
from tests.integration.chassis.bus.town import Told, heard

NOT_UTF8 = b"\xff\xfe"
HEADERS_ONLY = 1 << 13  # of the flags of a content header
DEEP = 1500


class RawHeaders(amqp.Message):
    """Its table of headers is written as it is, which no client would."""

    def __init__(self, body, table):
        super().__init__(body)
        self._table = table

    def _serialize_properties(self):
        return struct.pack(">HI", HEADERS_ONLY, len(self._table)) + self._table


def an_instant_beyond_all_calendars():
    return b"\1xT" + b"\xff" * 8


def tables_in_tables():
    table = b"\1xt\1"
    for _ in range(DEEP):
        table = b"\1xF" + struct.pack(">I", len(table)) + table
    return table


@pytest.fixture
def channel(town):
    with connect(town.amqp_uri, "test") as connection:
        yield connection.channel()


@pytest.mark.parametrize(
    "properties",
    [
        {"application_headers": {"nameko.call_id_stack": 5}},
        {"application_headers": {"nameko.call_id_stack": None}},
        {"application_headers": {"nameko.traceparent": {"a": 1}, "nameko.deadline_ms": "soon"}},
        {"correlation_id": NOT_UTF8},
        {"correlation_id": "\ud800", "reply_to": "\ud800"},
        {"application_headers": {"nameko.actor": NOT_UTF8}},
        {"application_headers": {NOT_UTF8: 1}},
        {"message_id": NOT_UTF8},
    ],
    ids=repr,
)
def test_a_request_with_wild_headers_does_not_hold_up_the_others(town, channel, properties):
    channel.basic_publish(amqp.Message(b'{"args": [], "kwargs": {}}', **properties), "nameko-rpc", "teller.refuse")

    assert town.teller.echo(words="still there") == "still there"
    town.until(lambda: channel.queue_declare("rpc-teller", passive=True).message_count == 0)
    assert town.teller.echo(words="and stays") == "and stays"


@pytest.mark.parametrize(
    "properties",
    [{"message_id": NOT_UTF8}, {"application_headers": {NOT_UTF8: 1}}, {"application_headers": {"x": "y" * 130_000}}],
    ids=["not UTF-8", "a header not UTF-8", "headers that just fit in a frame"],
)
def test_an_event_with_wild_properties_is_set_aside_and_others_go_on(town, channel, properties):
    channel.basic_publish(amqp.Message(b"{}", delivery_mode=2, **properties), "teller.events", "told")
    story = town.teller.tell(words="beside the wild", command_id=uuid4())

    town.until(lambda: town.rows("hearer", heard, heard.c.story_id == story.story_id))
    town.until(lambda: list_unreadable(town.amqp_uri, "hearer"))
    for parked in list_unreadable(town.amqp_uri, "hearer"):
        drop_unreadable(town.amqp_uri, "hearer", parked["message_id"])


@pytest.mark.parametrize("table", [an_instant_beyond_all_calendars(), tables_in_tables()], ids=["instant", "tables"])
def test_headers_that_no_client_would_write_hold_up_nobody(town, channel, table):
    channel.basic_publish(RawHeaders(b'{"args": [], "kwargs": {}}', table), "nameko-rpc", "teller.refuse")
    channel.basic_publish(RawHeaders(b"{}", table), "teller.events", "told")

    assert [town.teller.echo(words="still there") for _ in range(5)] == ["still there"] * 5
    story = town.teller.tell(words="beside the wild", command_id=uuid4())
    town.until(lambda: town.rows("hearer", heard, heard.c.story_id == story.story_id))
    town.until(lambda: list_unreadable(town.amqp_uri, "hearer"))
    for parked in list_unreadable(town.amqp_uri, "hearer"):
        drop_unreadable(town.amqp_uri, "hearer", parked["message_id"])


@pytest.mark.parametrize("traceparent", ["a\0b", "\ud800", {"a": 1}, "x" * 50], ids=repr)
def test_a_wild_traceparent_is_no_reason_to_refuse_an_event(town, channel, traceparent):
    told = Told(story_id=uuid4(), words="traced wildly", version=1, occurred_at=datetime.now(UTC))
    headers = {"subject_version": "1.1", "traceparent": traceparent}
    message = amqp.Message(
        json.dumps(wire.dump(told)), message_id=str(uuid4()), user_id="guest", application_headers=headers
    )
    channel.basic_publish(message, "teller.events", "told")

    town.until(lambda: town.rows("hearer", heard, heard.c.story_id == told.story_id))
