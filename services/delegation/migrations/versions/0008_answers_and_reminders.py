"""Role requests expire; invitations are declined and taken back; both are sent again; a link is for one address."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision = "0008"
down_revision = "0007"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.drop_constraint("role_requests_state", "role_requests")
    op.create_check_constraint(
        "role_requests_state", "role_requests", "state IN ('open', 'accepted', 'refused', 'withdrawn', 'expired')"
    )
    _add_reminders("role_requests")
    op.create_index("role_requests_open", "role_requests", ["requested_at"], postgresql_where=sa.text("state = 'open'"))
    op.add_column("invitations", sa.Column("address_hash", sa.Text))
    op.add_column("invitations", sa.Column("ended_as", sa.Text))
    op.add_column("invitations", sa.Column("ended_by", UUID(as_uuid=True)))
    op.add_column("invitations", sa.Column("ended_at", INSTANT))
    _add_reminders("invitations")
    op.create_check_constraint(
        "invitations_ended", "invitations", "num_nonnulls(ended_as, ended_by, ended_at) IN (0, 3)"
    )
    op.create_check_constraint("invitations_ended_as", "invitations", "ended_as IN ('declined', 'withdrawn')")
    op.create_check_constraint("invitations_one_end", "invitations", "accepted_at IS NULL OR ended_at IS NULL")


def _add_reminders(table: str) -> None:
    op.add_column(table, sa.Column("resent_at", INSTANT))
    op.add_column(table, sa.Column("times_resent", sa.SmallInteger, nullable=False, server_default="0"))
