"""What an event looks like on the bus: its plain JSON as body, CloudEvents' attributes as headers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from chassis.tables import outbox, publication

# Bytes of the body.
SIZE = sa.func.octet_length(sa.cast(outbox.c.body, sa.Text)).label("size")
# The body leaves as the text that the database holds, unparsed. The epoch is read with each row: raised, it counts.
COLUMNS = (
    outbox.c.position,
    outbox.c.event_id,
    outbox.c.type,
    outbox.c.subject,
    outbox.c.version,
    sa.cast(outbox.c.body, sa.Text).label("body"),
    outbox.c.occurred_at,
    outbox.c.traceparent,
    outbox.c.republished,
    sa.select(publication.c.epoch).scalar_subquery().label("epoch"),
)


def headers_of(row: Any, publisher: str) -> dict[str, Any]:
    """CloudEvents 1.0.2, AMQP protocol binding, binary content mode; ``subject_version`` is "epoch.n"."""
    headers: dict[str, Any] = {
        "cloudEvents_specversion": "1.0",
        "cloudEvents_id": str(row.event_id),
        "cloudEvents_source": f"/{publisher}",
        "cloudEvents_type": f"{publisher}.{row.type}",
        "cloudEvents_subject": row.subject,
        "cloudEvents_time": row.occurred_at.isoformat(),
        "subject": row.subject,
        "subject_version": f"{row.epoch or 1}.{row.version}",
        "republished": row.republished,
    }
    if row.traceparent:
        # Under nameko's prefix too, so that a stock service passes it on with its own calls.
        headers |= {"traceparent": row.traceparent, "nameko.traceparent": row.traceparent}
    return headers
