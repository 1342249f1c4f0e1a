"""A role request may be withdrawn: who asked has deleted his account."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.drop_constraint("role_requests_state", "role_requests")
    op.create_check_constraint(
        "role_requests_state", "role_requests", "state IN ('open', 'accepted', 'refused', 'withdrawn')"
    )
