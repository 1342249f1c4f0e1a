"""Contacts, languages, messages and deliveries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from chassis.migrate import create_chassis_tables

revision = "0001"
down_revision = None

Instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_chassis_tables()
    _create_read_models()
    _create_messages()
    _create_deliveries()


def _create_read_models() -> None:
    op.create_table(
        "contacts",
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
    op.create_table(
        "languages",
        sa.Column("person_id", sa.UUID, primary_key=True),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )


def _create_messages() -> None:
    op.create_table(
        "messages",
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


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
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
