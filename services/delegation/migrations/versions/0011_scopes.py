"""Mandates for an establishment or for categories of procedures; renewed, suspended, and their end told before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, UUID

revision = "0011"
down_revision = "0010"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for table in ("invitations", "mandates"):
        op.add_column(table, sa.Column("establishment_number", sa.Text))
        op.add_column(table, sa.Column("categories", ARRAY(sa.Text), nullable=False, server_default="{}"))
    op.add_column("mandates", sa.Column("suspended_at", INSTANT))
    op.add_column("mandates", sa.Column("suspended_by", UUID(as_uuid=True)))
    op.add_column("mandates", sa.Column("suspension_reason", sa.Text))
    op.add_column("mandates", sa.Column("changed_as", sa.Text))
    op.add_column("mandates", sa.Column("changed_at", INSTANT))
    op.add_column("mandates", sa.Column("noticed_days", sa.SmallInteger))
