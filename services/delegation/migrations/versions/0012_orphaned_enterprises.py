"""Enterprises remember when it was told last that nobody manages their mandates."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("enterprises", sa.Column("orphaned_on", sa.Date))
    op.create_index("mandates_by_last_day", "mandates", ["valid_until"], postgresql_where=sa.text("revoked_at IS NULL"))
