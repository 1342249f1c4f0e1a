"""Tables that every service's database has beside its own. Migrations create them with ``chassis.migrate``."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, UUID

metadata = sa.MetaData()

# The epoch of this database: raised when it is restored from a backup, so that its neighbours believe it again.
publication = sa.Table(
    "publication",
    metadata,
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False, server_default="1"),
    sa.Column("epoch", sa.Integer, nullable=False, server_default="1"),
    sa.CheckConstraint("id = 1", name="one_row"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("position", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("event_id", UUID(as_uuid=True), nullable=False, unique=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("body", JSONB, nullable=False),
    sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("traceparent", sa.Text),
    sa.Column("republished", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("sent_at", sa.DateTime(timezone=True)),
    sa.Index("outbox_unsent", "position", postgresql_where=sa.text("sent_at IS NULL")),
    sa.Index("outbox_sent", "sent_at", postgresql_where=sa.text("sent_at IS NOT NULL")),
)

# What arrived, a row for each reaction to it. ``done_at`` set: reacted. ``parked_at`` set: given up, for an operator.
inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("event_id", UUID(as_uuid=True), primary_key=True),
    sa.Column("handler", sa.Text, primary_key=True),
    sa.Column("publisher", sa.Text, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("body", JSONB, nullable=False),
    sa.Column("traceparent", sa.Text),
    sa.Column("republished", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("error", sa.Text),
    sa.Column("waits_for", sa.Text),
    sa.Column("done_at", sa.DateTime(timezone=True)),
    sa.Column("parked_at", sa.DateTime(timezone=True)),
    sa.Index("inbox_due", "due_at", postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL")),
    sa.Index("inbox_done", "done_at", postgresql_where=sa.text("done_at IS NOT NULL")),
    sa.Index("inbox_parked", "parked_at", postgresql_where=sa.text("parked_at IS NOT NULL")),
)

commands = sa.Table(
    "commands",
    metadata,
    sa.Column("caller", sa.Text, primary_key=True),
    sa.Column("command", sa.Text, primary_key=True),
    sa.Column("command_id", UUID(as_uuid=True), primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("answer", JSONB(none_as_null=True)),
    sa.Column("done_at", sa.DateTime(timezone=True), nullable=False, index=True),
)

revoked_sessions = sa.Table(
    "revoked_sessions",
    metadata,
    sa.Column("session_id", UUID(as_uuid=True), primary_key=True),
    sa.Column("until", sa.DateTime(timezone=True), nullable=False),
)

# Who did what. ``content`` and ``salt`` are NULL once erased, by the act ``erased_by``; ``sequence`` and ``chain`` are
# given by the sealer, afterwards.
audit_acts = sa.Table(
    "audit_acts",
    metadata,
    sa.Column("act_id", UUID(as_uuid=True), primary_key=True),
    sa.Column("content", JSONB(none_as_null=True)),
    sa.Column("salt", sa.LargeBinary),
    sa.Column("commitment", sa.LargeBinary, nullable=False),
    sa.Column("erased_by", UUID(as_uuid=True)),
    sa.Column("sequence", sa.BigInteger, unique=True),
    sa.Column("chain", sa.LargeBinary),
    sa.Column("signature", sa.LargeBinary),
    sa.CheckConstraint("(sequence IS NULL) = (chain IS NULL)", name="sealed_whole"),
    sa.Index("audit_unsealed", "act_id", postgresql_where=sa.text("sequence IS NULL")),
    sa.Index("audit_party", sa.text("(content ->> 'party')")),
    sa.Index("audit_actor", sa.text("(content ->> 'actor')")),
)

# The head of the chain as it was once a day, signed: a JWT.
audit_heads = sa.Table(
    "audit_heads",
    metadata,
    sa.Column("signed_on", sa.Date, primary_key=True),
    sa.Column("sequence", sa.BigInteger, nullable=False),
    sa.Column("statement", sa.Text, nullable=False),
)

# How often something was tried in a window of time. ``key``: a digest of what, by whom and when.
attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("key", sa.LargeBinary, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False, index=True),
)
