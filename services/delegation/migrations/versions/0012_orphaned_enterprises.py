"""Enterprises remember when it was told last that nobody manages their mandates."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("enterprises", sa.Column("orphaned_on", sa.Date))
    # Of terms that ended before, those concerned were told or have found out.
    op.execute(
        "UPDATE enterprises SET orphaned_on = CURRENT_DATE WHERE bce_number IN (SELECT bce_number FROM mandates)"
    )
    op.create_index("mandates_by_last_day", "mandates", ["valid_until"], postgresql_where=sa.text("revoked_at IS NULL"))
