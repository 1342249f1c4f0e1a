"""Whether an access manager narrowed a mandate, and not its holder. Of those that an office assigned until now nobody
knows any more: they count as narrowed by the client, which can invite the person itself."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("mandates", sa.Column("was_narrowed", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE mandates SET was_narrowed = true FROM enterprise_mandates AS given"
        " WHERE given.enterprise_mandate_id = mandates.enterprise_mandate_id"
        " AND given.categories <> mandates.categories"
    )
