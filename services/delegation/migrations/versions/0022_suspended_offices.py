"""Who suspended an office's mandate, and why; those that rest until now are those that nobody confirmed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("enterprise_mandates", sa.Column("suspended_by", UUID(as_uuid=True)))
    op.add_column("enterprise_mandates", sa.Column("suspension_reason", sa.Text))
    op.execute(
        "UPDATE enterprise_mandates SET suspension_reason = 'nobody confirmed it' WHERE suspended_at IS NOT NULL"
    )
