"""The end of mandates from enterprise to enterprise is told to both sides before."""

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
