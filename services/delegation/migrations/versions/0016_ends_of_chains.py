"""The end of mandates from enterprise to enterprise is told to both sides before, and afterwards to who acted by it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("enterprise_mandates", sa.Column("client_noticed_days", sa.SmallInteger))
    op.add_column("enterprise_mandates", sa.Column("office_noticed_days", sa.SmallInteger))
    op.create_index(
        "enterprise_mandates_by_last_day",
        "enterprise_mandates",
        ["valid_until"],
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_index(
        "mandates_by_office",
        "mandates",
        ["person_id", "via_bce_number"],
        postgresql_include=["valid_until", "noticed_days"],
        postgresql_where=sa.text("via_bce_number IS NOT NULL AND revoked_at IS NULL"),
    )
    # Of what ended before, those concerned have found out.
    op.execute(
        "UPDATE mandates SET noticed_days = 0 WHERE enterprise_mandate_id IS NOT NULL AND valid_until < CURRENT_DATE"
    )
