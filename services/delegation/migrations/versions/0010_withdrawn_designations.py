"""Designations are withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("designations", sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
