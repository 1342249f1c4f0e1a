"""Mandates that are limited to an establishment are found by it, when it closes or moves to another enterprise."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    for table in ("mandates", "enterprise_mandates"):
        op.create_index(
            f"{table}_of_establishment",
            table,
            ["establishment_number"],
            postgresql_where=sa.text("establishment_number IS NOT NULL AND revoked_at IS NULL"),
        )
