"""The claim of a reaction, where no bus is needed to see it."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from chassis.inbox.handlers import Handler, Handlers
from chassis.inbox.reactions import Reactions
from chassis.tables import inbox
from tests.integration.chassis.ledger import EntryWritten


class Listener:
    def on_entry_written(self, heard):
        raise RuntimeError("the reaction fails")


class Curious:
    """Asks for the next reaction at the moment between the roll-back of a failure and its record."""

    attempts = 3

    def __init__(self):
        self.asked = []
        self.reactions = None

    def delay(self, attempts):
        if self.reactions is not None:
            reactions, self.reactions = self.reactions, None
            self.asked.append(reactions.react_to_next())
        return timedelta(hours=1)


@pytest.fixture
def patience():
    return Curious()


@pytest.fixture
def reactions(ledger, patience):
    handlers = Handlers([Handler("on_entry_written", EntryWritten)])
    patience.reactions = Reactions(ledger, Listener, handlers, patience, lambda: None)
    return patience.reactions


def arrive(ledger):
    entry_id, now = uuid4(), ledger.now()
    row = {
        "event_id": uuid4(),
        "handler": "on_entry_written",
        "publisher": "ledger",
        "type": "entry_written",
        "subject": str(entry_id),
        "epoch": 1,
        "version": 1,
        "body": {
            "version": 1,
            "occurred_at": now.isoformat(),
            "actor": {"person_id": None, "mandate_id": None, "level": None, "service": "ledger"},
            "entry_id": str(entry_id),
        },
        "republished": False,
        "arrived_at": now,
        "due_at": now,
    }
    with ledger.engine.begin() as connection:
        connection.execute(sa.insert(inbox), row)


def test_a_failure_that_is_not_recorded_yet_is_not_taken_again(ledger, reactions, patience):
    arrive(ledger)

    assert reactions.react_to_next()
    assert patience.asked == [None]
    (row,) = ledger.rows(inbox)
    assert (row.attempts, row.done_at, row.error) == (1, None, "RuntimeError: the reaction fails")
