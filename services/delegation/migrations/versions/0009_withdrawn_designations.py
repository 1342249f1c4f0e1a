"""Designations are withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("designations", sa.Column("withdrawn_at", sa.DateTime(timezone=True)))
