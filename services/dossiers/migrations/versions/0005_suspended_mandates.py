"""Mandates may rest."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("mandates", sa.Column("suspended_at", sa.DateTime(timezone=True)))
