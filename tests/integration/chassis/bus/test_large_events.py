"""Large events leave a few at a time: nobody holds hundreds of megabytes, and what was confirmed is marked."""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa

from chassis.outbox.relay import BATCH_BYTES
from chassis.tables import outbox
from tests.integration.chassis.bus.town import Told, heard

COUNT, LENGTH = 12, 400_000


def test_a_batch_ends_with_a_megabyte(town):
    teller = town.processes["teller"]
    teller.stop()
    words = [f"{number} {'x' * LENGTH}" for number in range(COUNT)]
    for said in words:
        town.announce("teller", Told(story_id=uuid4(), words=said, version=1, occurred_at=datetime.now(UTC)))
    teller.start()

    of_these = sa.func.length(heard.c.words) > LENGTH
    town.until(lambda: len(town.rows("hearer", heard, of_these)) == COUNT)
    large = sa.func.octet_length(sa.cast(outbox.c.body, sa.Text)) > LENGTH
    town.until(lambda: all(row.sent_at for row in town.rows("teller", outbox, large)))
    batches = {row.sent_at for row in town.rows("teller", outbox, large)}
    assert len(batches) >= COUNT * LENGTH / (BATCH_BYTES + LENGTH)
    assert sorted(row.words for row in town.rows("hearer", heard, of_these)) == sorted(words)
