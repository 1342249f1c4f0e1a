"""Who can be reached is known by version, so that what a restored identity knows no more can be forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for name in ("epoch", "version"):
        op.add_column("reachable_people", sa.Column(name, sa.Integer, nullable=False, server_default="1"))
