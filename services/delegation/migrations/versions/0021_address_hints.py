"""Of an address that an invitation went to, enough is kept to tell it from others. Of those invited until now nobody
here can read it any more."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("invitations", sa.Column("address_hint", sa.Text))
