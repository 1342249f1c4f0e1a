"""Mandates to offices are confirmed once a year too, and rest where nobody does; what somebody has by an office rests
with that and with his own role there, and who is to be looked at is read from the index."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("enterprise_mandates", sa.Column("confirmed_at", sa.DateTime(timezone=True)))
    op.add_column("enterprise_mandates", sa.Column("confirm_by", sa.Date))
    op.add_column("enterprise_mandates", sa.Column("asked_as", sa.Text))
    op.add_column("enterprise_mandates", sa.Column("suspended_at", sa.DateTime(timezone=True)))
    op.drop_index("mandates_by_office", "mandates")
    op.create_index(
        "mandates_by_office",
        "mandates",
        ["person_id", "via_bce_number"],
        postgresql_include=["valid_until", "noticed_days", "suspended_at", "suspended_by", "enterprise_mandate_id"],
        postgresql_where=sa.text("via_bce_number IS NOT NULL AND revoked_at IS NULL"),
    )
