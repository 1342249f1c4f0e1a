"""What somebody has by an office rests with his own role there; who is to be looked at is read from the index."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.drop_index("mandates_by_office", "mandates")
    op.create_index(
        "mandates_by_office",
        "mandates",
        ["person_id", "via_bce_number"],
        postgresql_include=["valid_until", "noticed_days", "suspended_at", "suspended_by"],
        postgresql_where=sa.text("via_bce_number IS NOT NULL AND revoked_at IS NULL"),
    )
