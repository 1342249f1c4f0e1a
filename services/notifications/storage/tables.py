"""Tables of notifications; the migrations make them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

metadata = sa.MetaData()
Instant = sa.DateTime(timezone=True)

# One row for each confirmed address or designation (its subject), so that the versions of one can be compared.
contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("contact_id", sa.UUID, primary_key=True),
    sa.Column("person_id", sa.UUID, nullable=False, index=True),
    sa.Column("space", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("address", sa.Text),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("told_at", Instant, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

languages = sa.Table(
    "languages",
    metadata,
    sa.Column("person_id", sa.UUID, primary_key=True),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("told_at", Instant, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

# Who deleted her account, and when: see chassis.erasures.
erased_people = sa.Table(
    "erased_people",
    metadata,
    sa.Column("person_id", sa.UUID, primary_key=True),
    sa.Column("erased_at", Instant, nullable=False),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("message_id", sa.UUID, primary_key=True),
    sa.Column("event_id", sa.UUID, nullable=False),
    sa.Column("person_id", sa.UUID, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("space", sa.Text, nullable=False),
    sa.Column("facts", pg.JSONB, nullable=False),
    sa.Column("link", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("read_at", Instant),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("event_id", "person_id", name="messages_once"),
    sa.Index("messages_of", "person_id", "created_at"),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("delivery_id", sa.UUID, primary_key=True),
    sa.Column("event_id", sa.UUID, nullable=False),
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("person_id", sa.UUID),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("space", sa.Text, nullable=False),
    sa.Column("facts", pg.JSONB, nullable=False),
    sa.Column("link", sa.Text, nullable=False),
    sa.Column("sealed", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("good_until", Instant),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("due_at", Instant),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_error", sa.Text),
    sa.Column("delivered_at", Instant),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("event_id", "recipient", name="deliveries_once"),
    sa.Index("deliveries_due", "due_at", postgresql_where=sa.text("due_at IS NOT NULL")),
    sa.Index("deliveries_waiting", "person_id", postgresql_where=sa.text("state = 'waiting'")),
    sa.Index("deliveries_newest", "created_at"),
    sa.Index("deliveries_unfinished", "state", postgresql_where=sa.text("state <> 'delivered'")),
)
