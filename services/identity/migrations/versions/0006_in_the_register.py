"""People tell whether the National Register knew them when it was last read."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("people", sa.Column("is_in_register", sa.Boolean))
