"""On a broker that has never heard of anybody: topology is there before the first message, whoever comes first."""

from datetime import UTC, datetime
from uuid import uuid4

import amqp
import pytest

from chassis.bus import connect
from chassis.tables import outbox
from contracts.errors import UnknownService
from tests.integration.chassis.bus.town import Nobody, Told, heard


@pytest.fixture
def empty_town(make_town, killable_rabbitmq):
    """Nobody runs yet."""
    town = make_town(killable_rabbitmq.uri)
    yield town
    town.close()


def test_what_is_told_before_its_listener_ever_ran_waits_in_its_inbox(empty_town):
    town = empty_town
    with connect(town.amqp_uri, "test") as connection, pytest.raises(amqp.NotFound):
        connection.channel().queue_declare("hearer.inbox", passive=True)
    told = [Told(story_id=uuid4(), words="the very first", version=1, occurred_at=datetime.now(UTC)) for _ in range(3)]
    for event in told[:2]:
        town.announce("teller", event)

    town.run("teller")
    town.announce("teller", told[2])
    town.until(lambda: all(row.sent_at for row in town.rows("teller", outbox)))
    assert town.metric("teller", "outbox_returned_total") == 0
    assert town.waiting_in("hearer.inbox") == 3
    town.run("hearer")

    town.until(lambda: len(town.rows("hearer", heard)) == 3)
    assert {row.story_id for row in town.rows("hearer", heard)} == {event.story_id for event in told}
    with pytest.raises(UnknownService):
        town.rpc.at(Nobody, timeout=60, service=town.token).echo(words="anybody?")
