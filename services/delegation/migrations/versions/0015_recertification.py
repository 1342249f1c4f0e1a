"""When a mandate was confirmed, and until when the access managers are asked for that. Those that there are count from
when they were granted; they are asked about first, and suspended 30 days later at the earliest."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("mandates", sa.Column("confirmed_at", sa.DateTime(timezone=True)))
    op.add_column("mandates", sa.Column("confirm_by", sa.Date))
    op.add_column("mandates", sa.Column("asked_as", sa.Text))
    op.create_index(
        "mandates_by_confirmation",
        "mandates",
        [sa.text("coalesce(confirmed_at, granted_at)")],
        postgresql_where=sa.text(
            "revoked_at IS NULL AND suspended_at IS NULL AND granted_by IS NOT NULL AND designation_id IS NULL"
            " AND enterprise_mandate_id IS NULL"
        ),
    )
