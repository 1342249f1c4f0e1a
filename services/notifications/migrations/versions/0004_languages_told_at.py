"""Since when a language is known: it goes with an account that was deleted later."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column(
        "languages",
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False, server_default="2000-01-01T00:00:00Z"),
    )
    op.alter_column("languages", "told_at", server_default=None)
