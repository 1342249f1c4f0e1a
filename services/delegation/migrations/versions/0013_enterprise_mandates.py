"""Enterprise to enterprise: an office acts for a client, and says who of its people does."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, UUID

revision = "0013"
down_revision = "0012"

INSTANT = sa.DateTime(timezone=True)
ID = UUID(as_uuid=True)


def upgrade() -> None:
    op.create_table(
        "enterprise_mandates",
        sa.Column("enterprise_mandate_id", ID, primary_key=True),
        _enterprise("bce_number"),
        _enterprise("office_bce_number"),
        sa.Column("role_name", sa.Text, sa.ForeignKey("roles.name"), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("granted_by", ID, nullable=False),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("establishment_number", sa.Text),
        sa.Column("categories", ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("revoked_at", INSTANT),
        sa.Column("revoked_by", ID),
        sa.Column("revocation_reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("renewed_at", INSTANT),
        sa.CheckConstraint("bce_number <> office_bce_number", name="enterprise_mandates_of_another"),
    )
    op.create_index("enterprise_mandates_given", "enterprise_mandates", ["bce_number"])
    op.create_index("enterprise_mandates_received", "enterprise_mandates", ["office_bce_number"])
    op.add_column(
        "mandates",
        sa.Column("enterprise_mandate_id", ID, sa.ForeignKey("enterprise_mandates.enterprise_mandate_id")),
    )
    op.add_column("mandates", sa.Column("via_bce_number", sa.Text))
    op.drop_constraint("mandates_one_ground", "mandates")
    op.create_check_constraint(
        "mandates_one_ground",
        "mandates",
        "num_nonnulls(designation_id, role_request_id, invitation_id, enterprise_mandate_id) = 1",
    )
    op.create_check_constraint(
        "mandates_by_office", "mandates", "(enterprise_mandate_id IS NULL) = (via_bce_number IS NULL)"
    )
    op.create_index(
        "mandates_by_chain",
        "mandates",
        ["enterprise_mandate_id"],
        postgresql_where=sa.text("enterprise_mandate_id IS NOT NULL"),
    )


def _enterprise(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, sa.ForeignKey("enterprises.bce_number"), nullable=False)
