"""Two invitations to one address are told apart from two to others."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("invitations", sa.Column("address_index", sa.Text))
