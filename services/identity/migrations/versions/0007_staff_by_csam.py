"""People tell whether CSAM named them education staff at their last sign-in."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("people", sa.Column("is_education_staff", sa.Boolean, nullable=False, server_default=sa.false()))
